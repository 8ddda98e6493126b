import type { SeatKind } from "@/lib/api/types";
import { AVAILABLE, type Hall } from "./model";
import { distance, middleOf, runsOf, sweetSpot, type Run } from "./runs";

interface Options {
  /** Only seats of this category (its id). */
  category?: string;
  /** Seats that are not to be taken, free as they may be. */
  exclude?: ReadonlySet<number>;
}

/** How far, in seat widths, one goes out of the way to leave no single seat between others. */
export const orphanCost = 0.2;

/**
 * The best `n` free seats side by side, in the order of the row; undefined where there are none. Companions'
 * seats are given only where there are no others, wheelchair places never.
 */
export function bestSeats(hall: Hall, codes: Uint8Array, n: number, options: Options = {}): number[] | undefined {
  const free = (seat: number) => codes[seat] === AVAILABLE && options.exclude?.has(seat) !== true;
  const spot = sweetSpot(hall);
  const best = (...kinds: SeatKind[]): number[] | undefined => {
    const fits = (index: number) => {
      const seat = hall.seats[index];
      if (!seat || !free(index) || !kinds.includes(seat.kind)) return false;
      return options.category === undefined || seat.category === options.category;
    };
    let least = Infinity;
    let found: number[] | undefined;
    forEachWindow(runsOf(hall), n, fits, ({ seats }, start) => {
      const away = distance(middleOf(hall, seats, start, n), spot);
      if (away >= least) return;
      const cost = away + orphanCost * orphans(seats, start, n, free);
      if (cost >= least) return;
      least = cost;
      found = seats.slice(start, start + n);
    });
    return found;
  };
  return best("standard") ?? best("standard", "companion");
}

/** Visits every `n` seats side by side that all fit: those of `run` from `start` on. */
export function forEachWindow(
  runs: readonly Run[],
  n: number,
  fits: (seat: number) => boolean,
  visit: (run: Run, start: number) => void,
): void {
  if (n < 1) return;
  for (const run of runs) {
    let length = 0;
    for (let place = 0; place < run.seats.length; place++) {
      length = fits(run.seats[place] ?? -1) ? length + 1 : 0;
      if (length >= n) visit(run, place - n + 1);
    }
  }
}

/** How many single seats, with nobody free beside them, taking `n` seats of a run from `start` on makes. */
export function orphans(run: readonly number[], start: number, n: number, free: (seat: number) => boolean): number {
  const isFree = (place: number) => {
    const seat = run[place];
    return seat !== undefined && free(seat);
  };
  const before = isFree(start - 1) && !isFree(start - 2) ? 1 : 0;
  return before + (isFree(start + n) && !isFree(start + n + 1) ? 1 : 0);
}
