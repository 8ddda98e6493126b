import { toWorld, type Box, type Camera, type Point, type View } from "./camera";
import { coveredBy } from "./places";
import type { Plan } from "./plan";

/** From this scale on rows are told apart well enough to be named at the edges; below it they are not. */
export const PINNED_FROM = 12;
/** Of a label, in pixels: a pill is so high, and a letter so wide. */
export const PILL = 20;
const LETTER = 7.5;
/** Between the edge of the view and the middle of a label. */
const EDGE = 14;
/** A row's own name counts as seen so far within the view. */
const SEEN = 5;
const GAP = 1;
/** More labels than this are never placed. */
const MOST = 96;
/** The block under the middle of the view is that of a seat at most so far away, in seat widths. */
const NEAR = 6;

/** Beyond its end seat, where a row's own name is or would be, in seat widths. */
const BEYOND = 1;

/**
 * The names of the rows whose ends are out of view, at the edge of the view where the row leaves it, and the block
 * under the middle. Asked at every move: it goes through the rows that are seen, and keeps its arrays.
 */
export class Pinned {
  count = 0;
  readonly xs = new Float64Array(MOST);
  readonly ys = new Float64Array(MOST);
  readonly widths = new Float64Array(MOST);
  readonly texts: string[] = [];
  /** The block under the middle of the view; "" where there is none. */
  block = "";
  /** Of every row: left, top, right, bottom with its names, then the places of the names at its two ends. */
  private readonly rows: Float64Array;
  /** Which row of its block it is, or of the hall: where rows are close not every one is named. */
  private readonly ordinals: Int32Array;
  private covered: readonly Box[] = [];
  private coveredFor: { view: View; lost: boolean } | undefined;

  constructor(private readonly plan: Plan) {
    const { rows } = plan.rows;
    this.rows = new Float64Array(rows.length * 8);
    this.ordinals = new Int32Array(rows.length);
    rows.forEach((row, r) => {
      const first = this.nameAt(row.seats[0] ?? 0, row.seats[1]);
      const last = this.nameAt(row.seats.at(-1) ?? 0, row.seats.at(-2));
      // A row of one seat has no direction: its names are at its sides.
      if (row.seats.length === 1) last.x += 2 * BEYOND;
      const xs = [first.x, last.x, ...row.seats.map((i) => plan.xs[i] ?? 0)];
      const ys = [first.y, last.y, ...row.seats.map((i) => plan.ys[i] ?? 0)];
      const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
      this.rows.set([...box, first.x, first.y, last.x, last.y], r * 8);
      this.ordinals[r] = rows[r - 1]?.block === row.block ? (this.ordinals[r - 1] ?? 0) + 1 : 0;
    });
  }

  /** Places the labels for what is seen now. `lost`: the small map of the hall is there too. */
  place(camera: Camera, view: View, lost: boolean): void {
    this.count = 0;
    this.block = "";
    const k = camera.scale;
    if (k < PINNED_FROM) return;
    const { rows, sections } = this.plan.rows;
    if (sections.length > 0) this.block = this.blockUnder(camera);
    if (this.coveredFor?.view !== view || this.coveredFor.lost !== lost) {
      this.covered = coveredBy(view, lost, this.plan.box);
      this.coveredFor = { view, lost };
    }
    const low = toWorld(camera, view, { x: SEEN, y: SEEN });
    const high = toWorld(camera, view, { x: view.width - SEEN, y: view.height - SEEN });
    const stride = Math.ceil((PILL + GAP) / k);
    for (let r = 0; r < rows.length; r++) {
      const at = r * 8;
      const [left, top, right, bottom] = [this.rows[at], this.rows[at + 1], this.rows[at + 2], this.rows[at + 3]];
      if (left === undefined || top === undefined || right === undefined || bottom === undefined) continue;
      if (left > high.x || right < low.x || top > high.y || bottom < low.y) continue;
      if (left >= low.x && right <= high.x && top >= low.y && bottom <= high.y) continue;
      if ((this.ordinals[r] ?? 0) % stride !== 0) continue;
      this.pin(r, 0, camera, view);
      this.pin(r, 1, camera, view);
    }
  }

  /** Names a row where it leaves the view at one of its ends, if that end is not seen and nothing is there. */
  private pin(r: number, end: 0 | 1, camera: Camera, view: View): void {
    const row = this.plan.rows.rows[r];
    if (!row) return;
    const { seats } = row;
    const at = r * 8 + 4 + end * 2;
    const k = camera.scale;
    const originX = view.width / 2 - camera.x * k;
    const originY = view.height / 2 - camera.y * k;
    let x = (this.rows[at] ?? 0) * k + originX;
    let y = (this.rows[at + 1] ?? 0) * k + originY;
    if (x >= SEEN && x <= view.width - SEEN && y >= SEEN && y <= view.height - SEEN) return;
    // Inwards along the row, to the first seat that is within: the row comes in just before it.
    for (let i = 0; i < seats.length; i++) {
      const seat = seats[end === 0 ? i : seats.length - 1 - i] ?? 0;
      const insideX = (this.plan.xs[seat] ?? 0) * k + originX;
      const insideY = (this.plan.ys[seat] ?? 0) * k + originY;
      if (insideX >= EDGE && insideX <= view.width - EDGE && insideY >= EDGE && insideY <= view.height - EDGE) {
        const share = Math.max(entry(x, insideX, view.width), entry(y, insideY, view.height));
        this.add(row.label, x + (insideX - x) * share, y + (insideY - y) * share, view);
        return;
      }
      x = insideX;
      y = insideY;
    }
  }

  private add(text: string, x: number, y: number, view: View): void {
    if (this.count === MOST) return;
    const width = Math.max(PILL, text.length * LETTER + 10);
    // A long name goes inwards rather than over the edge.
    const at = Math.min(Math.max(x, width / 2 + 4), view.width - width / 2 - 4);
    const half = width / 2 + GAP;
    const down = PILL / 2 + GAP;
    for (const box of this.covered) {
      if (at + half > box.left && at - half < box.right && y + down > box.top && y - down < box.bottom) return;
    }
    if (this.block !== "" && y < 44 && Math.abs(at - view.width / 2) < 80) return;
    for (let i = 0; i < this.count; i++) {
      const apart = Math.abs((this.xs[i] ?? 0) - at) - half - (this.widths[i] ?? 0) / 2;
      if (apart < 0 && Math.abs((this.ys[i] ?? 0) - y) < PILL + GAP) return;
    }
    this.xs[this.count] = at;
    this.ys[this.count] = y;
    this.widths[this.count] = width;
    this.texts[this.count] = text;
    this.count++;
  }

  private blockUnder(camera: Camera): string {
    const { index, rows } = this.plan;
    const seat = index.nearest(camera.x, camera.y, NEAR);
    return seat < 0 ? "" : (rows.rows[rows.rowOf[seat] ?? -1]?.block ?? "");
  }

  private nameAt(end: number, before: number | undefined): Point {
    const { xs, ys } = this.plan;
    const x = xs[end] ?? 0;
    const y = ys[end] ?? 0;
    const dx = before === undefined ? -1 : x - (xs[before] ?? 0);
    const dy = before === undefined ? 0 : y - (ys[before] ?? 0);
    const length = Math.hypot(dx, dy) || 1;
    return { x: x + (dx / length) * BEYOND, y: y + (dy / length) * BEYOND };
  }
}

/** How far along the way from outside to inside a length is entered, from 0 to 1. */
function entry(outside: number, inside: number, size: number): number {
  if (outside < EDGE) return (EDGE - outside) / (inside - outside);
  if (outside > size - EDGE) return (outside - (size - EDGE)) / (outside - inside);
  return 0;
}
