import { AVAILABLE, type SeatStates } from "../model";
import type { Plan } from "./plan";

export type Direction = "left" | "right" | "up" | "down";

const steps: Record<Direction, readonly [number, number]> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** A seat less far away than this, in seat widths, is not in that direction but beside. */
const AHEAD = 0.3;

/**
 * The seat that an arrow key goes to; the same seat where there is none. In a hall of plain rows left and
 * right stay in the row, across its aisles. Elsewhere the nearest seat in that direction is taken, straight
 * ahead rather than aslant.
 */
export function neighbour(plan: Plan, from: number, direction: Direction): number {
  const sideways = direction === "left" || direction === "right";
  if (sideways && plan.rows.sections.length === 0) return besideInRow(plan, from, direction === "left" ? -1 : 1);
  const { xs, ys } = plan;
  const [ux, uy] = steps[direction];
  const x = xs[from] ?? 0;
  const y = ys[from] ?? 0;
  const row = plan.rows.rowOf[from];
  let best = from;
  let least = Infinity;
  for (let i = 0; i < xs.length; i++) {
    const dx = (xs[i] ?? 0) - x;
    const dy = (ys[i] ?? 0) - y;
    const ahead = dx * ux + dy * uy;
    if (ahead < AHEAD) continue;
    const aside = Math.abs(dx * uy) + Math.abs(dy * ux);
    const own = plan.rows.rowOf[i] === row;
    // Up and down leave a row that is bent.
    if (own && !sideways && aside > ahead) continue;
    // What lies more beside than ahead is only taken where there is nothing else.
    let cost = ahead + 2 * aside + (aside > ahead * 1.2 ? 1000 : 0);
    if (own && sideways && aside <= ahead * 1.2) cost *= 0.6;
    if (cost < least) {
      best = i;
      least = cost;
    }
  }
  return best;
}

function besideInRow(plan: Plan, from: number, step: number): number {
  const row = plan.rows.rows[plan.rows.rowOf[from] ?? -1];
  return row?.seats[(plan.rows.placeOf[from] ?? 0) + step] ?? from;
}

/** The first or last seat of the row. */
export function rowEnd(plan: Plan, from: number, end: "first" | "last"): number {
  const row = plan.rows.rows[plan.rows.rowOf[from] ?? -1];
  return row?.seats.at(end === "first" ? 0 : -1) ?? from;
}

/** The first seat of the first row, or the last of the last. */
export function hallEnd(plan: Plan, end: "first" | "last"): number {
  return plan.rows.rows.at(end === "first" ? 0 : -1)?.seats.at(end === "first" ? 0 : -1) ?? 0;
}

/**
 * Where the keyboard starts: the first seat that is chosen, or else the first that can be, from the middle row
 * outwards. In a hall of blocks there is no middle row: there it is the first of the layout.
 */
export function startSeat(
  { rows: { rows, sections } }: Plan,
  { codes }: SeatStates,
  selected: ReadonlySet<number>,
  mine: ReadonlySet<number>,
): number {
  for (const seat of selected) return seat;
  const middle = sections.length > 0 ? 0 : Math.floor((rows.length - 1) / 2);
  for (let away = 0; away < rows.length; away++) {
    for (const row of away === 0 ? [middle] : [middle + away, middle - away]) {
      const seat = rows[row]?.seats.find((i) => codes[i] === AVAILABLE && !mine.has(i));
      if (seat !== undefined) return seat;
    }
  }
  return 0;
}
