import type { View } from "./camera";
import { PILL, type Pinned } from "./pinned";
import { faded, FONT, type Scene } from "./scene";

type Context = CanvasRenderingContext2D;

/** Of the pill that names the block: its height, and how far from the top it is. */
const BLOCK = { height: 26, top: 8 };

/** Paints the names at the edges, over everything else: all grounds as one path, then the letters. */
export function paintPinned(ctx: Context, { palette, ratio }: Scene, view: View, pinned: Pinned): void {
  const { count, xs, ys, widths, texts, block } = pinned;
  if (count === 0 && block === "") return;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = faded(palette.surface, 238);
  ctx.strokeStyle = palette.edge;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let i = 0; i < count; i++) {
    const width = widths[i] ?? 0;
    ctx.roundRect((xs[i] ?? 0) - width / 2, (ys[i] ?? 0) - PILL / 2, width, PILL, PILL / 2);
  }
  const name = `Block ${block}`;
  const middle = view.width / 2;
  if (block !== "") {
    ctx.font = `600 13px ${FONT}`;
    const width = ctx.measureText(name).width + 24;
    ctx.roundRect(middle - width / 2, BLOCK.top, width, BLOCK.height, BLOCK.height / 2);
  }
  ctx.fill();
  ctx.stroke();
  ctx.fillStyle = palette.ink;
  if (block !== "") ctx.fillText(name, middle, BLOCK.top + BLOCK.height / 2 + 0.5);
  if (count > 0) ctx.font = `600 12px ${FONT}`;
  for (let i = 0; i < count; i++) ctx.fillText(texts[i] ?? "", xs[i] ?? 0, (ys[i] ?? 0) + 0.5);
}
