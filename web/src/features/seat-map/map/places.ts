import { toView, type Box, type Camera, type View } from "./camera";
import type { Plan } from "./plan";

/** Kept free for the buttons: at the right of a wide map, below on a tall one. Above there is the word SCREEN. */
export function insetsOf(width: number, height: number, screen: boolean): Box {
  const wide = width > height;
  return { left: 12, top: screen ? 30 : 8, right: wide ? 66 : 12, bottom: wide ? 8 : 66 };
}

/** Whether a map was laid out as a wide one: it stays so while only its height changes. */
export const isWide = ({ insets }: View) => insets.right > insets.bottom;

/** The part of the hall that seats take, and a margin around, in seat widths. */
export function around({ xs, ys }: Plan, seats: readonly number[], margin: number): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const seat of seats) {
    const x = xs[seat] ?? 0;
    const y = ys[seat] ?? 0;
    box.left = Math.min(box.left, x - margin);
    box.right = Math.max(box.right, x + margin);
    box.top = Math.min(box.top, y - margin);
    box.bottom = Math.max(box.bottom, y + margin);
  }
  return box;
}

/** Where a seat is in the view, in pixels; a few at least, that it can be pointed at. */
export function boxIn(plan: Plan, camera: Camera, view: View, seat: number): Box {
  const at = toView(camera, view, { x: plan.xs[seat] ?? 0, y: plan.ys[seat] ?? 0 });
  const h = Math.max(4, camera.scale / 2);
  return { left: at.x - h, top: at.y - h, right: at.x + h, bottom: at.y + h };
}
