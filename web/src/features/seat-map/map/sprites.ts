import { paintSeat, SEAT_FILL } from "./paint-seat";
import { LOOK_SELECTED, type Palette } from "./palette";
import { KINDS, type Plan } from "./plan";

/**
 * Every seat that the base layer shows, painted once for one scale and theme, so that thousands of seats are
 * copies. One column for each look, one row for each pair of category and kind that the hall has.
 */
export class Sprites {
  readonly canvas: HTMLCanvasElement;
  /** The side of a sprite's square, in canvas pixels; the seat is in its middle. */
  readonly cell: number;
  private readonly rowOfPair = new Int16Array(256 * KINDS.length).fill(-1);

  constructor(plan: Plan, palette: Palette, scale: number, ratio: number) {
    const pixels = scale * SEAT_FILL;
    const size = pixels * ratio;
    this.cell = Math.ceil(size) + 2;
    const pairs: number[] = [];
    for (let i = 0; i < plan.tiers.length; i++) {
      const pair = (plan.tiers[i] ?? 0) * KINDS.length + (plan.kinds[i] ?? 0);
      if (this.rowOfPair[pair] === -1) this.rowOfPair[pair] = pairs.push(pair) - 1;
    }
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.cell * LOOK_SELECTED;
    this.canvas.height = Math.max(1, this.cell * pairs.length);
    const ctx = this.canvas.getContext("2d");
    if (!ctx) return;
    pairs.forEach((pair, row) => {
      for (let look = 0; look < LOOK_SELECTED; look++) {
        ctx.save();
        ctx.translate((look + 0.5) * this.cell, (row + 0.5) * this.cell);
        paintSeat(ctx, palette, look, Math.floor(pair / KINDS.length), pair % KINDS.length, size, pixels);
        ctx.restore();
      }
    });
  }

  /** Copies a seat so that its middle is at (x, y), to the nearest whole pixel: it stays as sharp as it is. */
  draw(ctx: CanvasRenderingContext2D, look: number, tier: number, kind: number, x: number, y: number): void {
    const { cell } = this;
    const row = this.rowOfPair[tier * KINDS.length + kind] ?? -1;
    if (row < 0) return;
    const left = Math.round(x - cell / 2);
    const top = Math.round(y - cell / 2);
    ctx.drawImage(this.canvas, look * cell, row * cell, cell, cell, left, top, cell, cell);
  }

  /** The same for a seat that is turned. Leaves the context turned too. */
  drawTurned(
    ctx: CanvasRenderingContext2D,
    look: number,
    tier: number,
    kind: number,
    x: number,
    y: number,
    angle: number,
  ): void {
    const { cell } = this;
    const row = this.rowOfPair[tier * KINDS.length + kind] ?? -1;
    if (row < 0) return;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    ctx.setTransform(c, s, -s, c, x, y);
    ctx.drawImage(this.canvas, look * cell, row * cell, cell, cell, -cell / 2, -cell / 2, cell, cell);
  }
}
