import type { Camera, View } from "./camera";
import { MARKED_BELOW, marksOf, type Mark } from "./marks";
import { SEAT_FILL } from "./paint-seat";
import { FONT, type Scene } from "./scene";
import { paintCheck, paintTicket } from "./signs";

type Context = CanvasRenderingContext2D;

/** A pin, in CSS pixels: half the width of its head, and from the seat to the middle of the head. */
const PIN = { radius: 10, height: 16 };

/** Whether seats are so small that the reader's own are marked. */
export const areMarked = (camera: Camera) => camera.scale * SEAT_FILL < MARKED_BELOW;

/** Pins where the reader's seats are: first those that are booked, then those that are chosen. */
export function paintMarks(
  ctx: Context,
  { plan, palette, ratio }: Scene,
  camera: Camera,
  view: View,
  mine: ReadonlySet<number>,
  selected: ReadonlySet<number>,
): void {
  const pins = (seats: ReadonlySet<number>, fill: string, ink: string, sign: typeof paintCheck) => {
    for (const mark of marksOf(plan, seats, camera, view)) {
      ctx.setTransform(ratio, 0, 0, ratio, mark.x * ratio, mark.y * ratio);
      paintPin(ctx, mark, fill, ink, palette.bg, sign);
    }
  };
  pins(mine, palette.accent, palette.accentInk, paintTicket);
  pins(selected, palette.ink, palette.bg, paintCheck);
  ctx.setTransform(1, 0, 0, 1, 0, 0);
}

function paintPin(
  ctx: Context,
  { seats }: Mark,
  fill: string,
  ink: string,
  rim: string,
  sign: typeof paintCheck,
): void {
  const { radius, height } = PIN;
  ctx.fillStyle = fill;
  ctx.strokeStyle = rim;
  ctx.lineWidth = 2;
  ctx.lineJoin = "round";
  ctx.beginPath();
  // The head, open below, where it runs to the seat.
  ctx.arc(0, -height, radius, Math.PI * 0.8, Math.PI * 0.2);
  ctx.lineTo(0, 0);
  ctx.closePath();
  ctx.stroke();
  ctx.fill();
  ctx.translate(0, -height);
  if (seats === 1) {
    sign(ctx, ink, radius * 1.6);
    return;
  }
  ctx.fillStyle = ink;
  ctx.font = `700 12px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(String(seats), 0, 0.5);
}
