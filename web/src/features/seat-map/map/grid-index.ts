import type { Box } from "./camera";

/**
 * Which seats are near a point: the hall is divided into squares, and the seats are sorted by their
 * square, so that a question looks at a few seats however large the hall is.
 */
export class GridIndex {
  private readonly cell: number;
  private readonly columns: number;
  private readonly rows: number;
  /** `items[starts[c]] ... items[starts[c + 1] - 1]` are the seats of square c. */
  private readonly starts: Int32Array;
  private readonly items: Int32Array;
  private readonly left: number;
  private readonly top: number;

  constructor(
    private readonly xs: Float64Array,
    private readonly ys: Float64Array,
  ) {
    const n = xs.length;
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    for (let i = 0; i < n; i++) {
      const x = xs[i] ?? 0;
      const y = ys[i] ?? 0;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    this.left = n === 0 ? 0 : left;
    this.top = n === 0 ? 0 : top;
    const width = n === 0 ? 1 : right - left + 1;
    const height = n === 0 ? 1 : bottom - top + 1;
    // About four squares per seat at most, however far apart the seats are, on either axis.
    const bound = 4 * n + 16;
    this.cell = Math.max(2, Math.sqrt((width * height) / bound), width / bound, height / bound);
    this.columns = Math.floor(width / this.cell) + 1;
    this.rows = Math.floor(height / this.cell) + 1;
    this.starts = new Int32Array(this.columns * this.rows + 1);
    this.items = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      const at = this.cellOf(i) + 1;
      this.starts[at] = (this.starts[at] ?? 0) + 1;
    }
    for (let c = 1; c < this.starts.length; c++) this.starts[c] = (this.starts[c] ?? 0) + (this.starts[c - 1] ?? 0);
    const next = this.starts.slice();
    for (let i = 0; i < n; i++) {
      const c = this.cellOf(i);
      const at = next[c] ?? 0;
      this.items[at] = i;
      next[c] = at + 1;
    }
  }

  /** The seat whose middle is nearest, within a distance; -1 if there is none. Of equally near ones, the first. */
  nearest(x: number, y: number, within: number): number {
    let best = -1;
    let least = within * within;
    this.visit({ left: x - within, top: y - within, right: x + within, bottom: y + within }, (i) => {
      const dx = (this.xs[i] ?? 0) - x;
      const dy = (this.ys[i] ?? 0) - y;
      const distance = dx * dx + dy * dy;
      if (distance < least || (distance === least && (best < 0 || i < best))) {
        best = i;
        least = distance;
      }
    });
    return best;
  }

  /** Calls for every seat whose middle lies in the box, its edges included. */
  visit(box: Box, seat: (index: number) => void): void {
    const c0 = Math.max(0, Math.floor((box.left - this.left) / this.cell));
    const c1 = Math.min(this.columns - 1, Math.floor((box.right - this.left) / this.cell));
    const r0 = Math.max(0, Math.floor((box.top - this.top) / this.cell));
    const r1 = Math.min(this.rows - 1, Math.floor((box.bottom - this.top) / this.cell));
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        const square = r * this.columns + c;
        const end = this.starts[square + 1] ?? 0;
        for (let k = this.starts[square] ?? 0; k < end; k++) {
          const i = this.items[k] ?? 0;
          const x = this.xs[i] ?? 0;
          const y = this.ys[i] ?? 0;
          if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) seat(i);
        }
      }
    }
  }

  private cellOf(i: number): number {
    const column = Math.floor(((this.xs[i] ?? 0) - this.left) / this.cell);
    const row = Math.floor(((this.ys[i] ?? 0) - this.top) / this.cell);
    return row * this.columns + column;
  }
}
