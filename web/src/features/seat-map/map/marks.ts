import type { Camera, View } from "./camera";
import type { Plan } from "./plan";

/** Seats smaller than this, in pixels, are lost among the others: the reader's own get a mark that is not. */
export const MARKED_BELOW = 8;
/** Marks nearer to each other than this, in pixels, are one, with the number of its seats. */
const TOGETHER = 24;

/** Seats of the reader's that lie together, and the middle of them in the view. */
export interface Mark {
  x: number;
  y: number;
  seats: number;
}

/** Puts seats together into marks: each seat to the first mark whose first seat is near. A few seats at most. */
export function marksOf(plan: Plan, seats: Iterable<number>, camera: Camera, view: View): Mark[] {
  const marks: (Mark & { firstX: number; firstY: number })[] = [];
  for (const seat of seats) {
    const x = ((plan.xs[seat] ?? 0) - camera.x) * camera.scale + view.width / 2;
    const y = ((plan.ys[seat] ?? 0) - camera.y) * camera.scale + view.height / 2;
    const near = marks.find((mark) => Math.hypot(mark.firstX - x, mark.firstY - y) < TOGETHER);
    if (!near) {
      marks.push({ x, y, seats: 1, firstX: x, firstY: y });
      continue;
    }
    near.seats++;
    near.x += (x - near.x) / near.seats;
    near.y += (y - near.y) / near.seats;
  }
  return marks;
}
