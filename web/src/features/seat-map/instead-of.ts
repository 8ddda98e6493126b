import { AVAILABLE, HELD, type Hall } from "./model";
import { nearestSeats } from "./nearest-seats";
import { distance, pointOf, runsOf } from "./runs";

export interface Replacement {
  /** The whole choice after it, in the order of the hall. */
  seats: readonly number[];
  /** Those of it that were not chosen before. */
  fresh: readonly number[];
}

/**
 * What to offer for lost seats to somebody who still has others. The others stay as they are, if the choice
 * then falls into no more parts than it did; else all move to where they are together. Undefined if there are
 * not enough free seats.
 */
export function insteadOf(
  hall: Hall,
  codes: Uint8Array,
  lost: readonly number[],
  kept: readonly number[],
): Replacement | undefined {
  const others = codes.slice();
  for (const seat of kept) others[seat] = HELD;
  const near = nearestSeats(hall, others, lost);
  if (!near) return undefined;
  const parts = partsOf(hall, [...lost, ...kept]);
  const ways = [near, besideOthers(hall, others, lost, kept)].map((fresh) => fresh && [...kept, ...fresh]);
  const seats = ways.find((way) => way && partsOf(hall, way) <= parts) ??
    nearestSeats(hall, codes, [...lost, ...kept]) ?? [...kept, ...near];
  const had = new Set(kept);
  const inOrder = [...seats].sort((a, b) => a - b);
  return { seats: inOrder, fresh: inOrder.filter((seat) => !had.has(seat)) };
}

/** For each lost seat a free one of its kind beside the others, or beside one found before. */
function besideOthers(hall: Hall, codes: Uint8Array, lost: readonly number[], kept: readonly number[]) {
  const party = new Set(kept);
  const found: number[] = [];
  for (const gone of lost) {
    let least = Infinity;
    let best: number | undefined;
    for (const { seats } of runsOf(hall))
      for (const [place, seat] of seats.entries()) {
        if (codes[seat] !== AVAILABLE || party.has(seat) || hall.seats[seat]?.kind !== hall.seats[gone]?.kind) continue;
        if (!party.has(seats[place - 1] ?? -1) && !party.has(seats[place + 1] ?? -1)) continue;
        const away = distance(pointOf(hall, seat), pointOf(hall, gone));
        if (away < least) [least, best] = [away, seat];
      }
    if (best === undefined) return undefined;
    party.add(best);
    found.push(best);
  }
  return found;
}

/** Into how many parts seats fall that are each side by side. */
function partsOf(hall: Hall, seats: readonly number[]): number {
  const set = new Set(seats);
  let parts = 0;
  for (const run of runsOf(hall)) {
    let inside = false;
    for (const seat of run.seats) {
      const now = set.has(seat);
      if (now && !inside) parts++;
      inside = now;
    }
  }
  return parts;
}
