import type { Hall } from "../model";
import { middleOf, type Row, type Rows } from "./rows";

/** Turned by less than this, in radians, a seat is painted upright: it is sharper so. */
const UPRIGHT = 0.03;

/**
 * Seats of blocks face the way that their rows count down: towards the first row, at a right angle to their own.
 * In a hall without blocks all face the screen.
 */
export function anglesOf(hall: Hall, { rows, sections }: Rows): Float64Array {
  const angles = new Float64Array(hall.seats.length);
  if (sections.length === 0) return angles;
  rows.forEach((row, r) => {
    const front = frontOf(hall, row, rows[r - 1], rows[r + 1]);
    row.seats.forEach((seat, place) => {
      const before = hall.seats[row.seats[place - 1] ?? seat];
      const after = hall.seats[row.seats[place + 1] ?? seat];
      if (!before || !after) return;
      const dx = after.x - before.x;
      const dy = after.y - before.y;
      // A row of one seat has no direction of its own.
      const [nx, ny] = dx === 0 && dy === 0 ? [front.x, front.y] : [dy, -dx];
      const sign = nx * front.x + ny * front.y < 0 ? -1 : 1;
      const angle = Math.atan2(sign * nx, -sign * ny);
      if (Math.abs(angle) >= UPRIGHT) angles[seat] = angle;
    });
  });
  return angles;
}

/** The way from a row to the one before it in its block. */
function frontOf(hall: Hall, row: Row, before: Row | undefined, after: Row | undefined): { x: number; y: number } {
  const here = middleOf(hall, row);
  if (before?.block === row.block) {
    const there = middleOf(hall, before);
    return { x: there.x - here.x, y: there.y - here.y };
  }
  if (after?.block === row.block) {
    const behind = middleOf(hall, after);
    return { x: here.x - behind.x, y: here.y - behind.y };
  }
  return { x: 0, y: -1 };
}
