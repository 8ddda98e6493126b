import type { Box } from "./camera";

const GAP = 8;

/**
 * Where a box of a size goes beside a seat: above it, or else below, right, left; within the view, and not over
 * the seat. Where there is no such place, the corner that is farthest from the seat.
 */
export function placeTip(
  seat: Box,
  size: { width: number; height: number },
  view: { width: number; height: number },
): { left: number; top: number } {
  const mostLeft = Math.max(0, view.width - size.width - GAP);
  const mostTop = Math.max(0, view.height - size.height - GAP);
  const within = (value: number, most: number) => Math.max(Math.min(GAP, most), Math.min(most, value));
  const left = within((seat.left + seat.right - size.width) / 2, mostLeft);
  const top = within((seat.top + seat.bottom - size.height) / 2, mostTop);
  const above = seat.top - GAP - size.height;
  if (above >= 0) return { left, top: above };
  if (seat.bottom + GAP + size.height <= view.height) return { left, top: seat.bottom + GAP };
  if (seat.right + GAP + size.width <= view.width) return { left: seat.right + GAP, top };
  if (seat.left - GAP - size.width >= 0) return { left: seat.left - GAP - size.width, top };
  const middleX = (seat.left + seat.right) / 2;
  const middleY = (seat.top + seat.bottom) / 2;
  return { left: middleX < view.width / 2 ? mostLeft : 0, top: middleY < view.height / 2 ? mostTop : 0 };
}
