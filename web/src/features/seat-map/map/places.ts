import { fitScale, toView, type Box, type Camera, type View } from "./camera";
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

/** So much less than all of the hall is seen that a small map of it helps. */
export function isLost(plan: Plan, camera: Camera, view: View): boolean {
  return plan.xs.length > 1500 && camera.scale > fitScale(view, plan.box) * 1.6;
}

/** The longer side of the small map, in CSS pixels, and its frame. */
const MINIMAP = { size: 112, frame: 14 };
/** The group of three buttons. */
const CONTROLS = { long: 136, short: 46 };
/** Between those and the edges of the view. */
const ASIDE = 8;

/** The size of the small map within its frame, and how large a seat width is on it. */
export function minimapOf({ left, top, right, bottom }: Box): { width: number; height: number; scale: number } {
  const scale = MINIMAP.size / Math.max(right - left, bottom - top);
  return { width: Math.round((right - left) * scale), height: Math.round((bottom - top) * scale), scale };
}

/** What lies over the view, in its pixels: the buttons, and the small map where it is shown. */
export function coveredBy(view: View, lost: boolean, box: Box): Box[] {
  const right = view.width - ASIDE;
  const bottom = view.height - ASIDE;
  const [width, height] = isWide(view) ? [CONTROLS.short, CONTROLS.long] : [CONTROLS.long, CONTROLS.short];
  const covered: Box[] = [{ left: right - width, top: bottom - height, right, bottom }];
  if (lost) {
    const map = minimapOf(box);
    const frame = MINIMAP.frame;
    covered.push({ left: ASIDE, top: bottom - map.height - frame, right: ASIDE + map.width + frame, bottom });
  }
  return covered;
}
