import { splitRow } from "@/lib/seats";
import type { Hall } from "./model";

export interface Point {
  x: number;
  y: number;
}

/** Seats side by side in one row, in their order along it, with no aisle between. */
export interface Run {
  seats: readonly number[];
  /** The middle of its seats, and how far the furthest of them is from it. */
  middle: Point;
  radius: number;
}

/** Up to this many times the usual distance in their row, seats are side by side; further apart is an aisle. */
const beside = 1.35;

const known = new WeakMap<Hall, readonly Run[]>();

/** All seats of a hall, in runs. */
export function runsOf(hall: Hall): readonly Run[] {
  let runs = known.get(hall);
  if (!runs) {
    const rows = new Map<string, number[]>();
    for (const [index, { row }] of hall.seats.entries()) {
      const seats = rows.get(row);
      if (seats) seats.push(index);
      else rows.set(row, [index]);
    }
    runs = [...rows.values()].flatMap((row) =>
      chains(row.map((seat) => pointOf(hall, seat))).map((chain): Run => {
        const seats = chain.map((place) => row[place] ?? 0);
        const middle = middleOf(hall, seats);
        const radius = seats.reduce((far, seat) => Math.max(far, distance(middle, pointOf(hall, seat))), 0);
        return { seats, middle, radius };
      }),
    );
    known.set(hall, runs);
  }
  return runs;
}

export function pointOf(hall: Hall, seat: number): Point {
  const { x = 0, y = 0 } = hall.seats[seat] ?? {};
  return { x, y };
}

export const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

/** The middle of seats: of all of them, or of `n` from `start` on. */
export function middleOf(hall: Hall, seats: readonly number[], start = 0, n = seats.length): Point {
  let x = 0;
  let y = 0;
  for (let place = start; place < start + n; place++) {
    const seat = hall.seats[seats[place] ?? -1];
    x += seat?.x ?? 0;
    y += seat?.y ?? 0;
  }
  return { x: x / n, y: y / n };
}

/**
 * Where one sits best. In front of a screen: in the middle, two thirds back. In a hall of blocks, which has a
 * stage: as near to it as can be, so before the first seats behind the middle of the front.
 */
export function sweetSpot(hall: Hall): Point {
  const { left, right, top, bottom } = hall.bounds;
  const x = (left + right) / 2;
  if (!hall.seats.some((seat) => splitRow(seat.row).block !== "")) return { x, y: top + ((bottom - top) * 2) / 3 };
  const central = hall.seats.filter((seat) => Math.abs(seat.x - x) <= (right - left) / 10);
  return { x, y: central.reduce((front, seat) => Math.min(front, seat.y), bottom) };
}

/**
 * The points of a row in chains of neighbours. Rows may be bent in any way, and numbered in any, so that only
 * distances say who sits beside whom: of every point, up to two others, if they find so too.
 */
function chains(points: readonly Point[]): number[][] {
  const nearest = points.map((point, i) => nearestTwo(points, point, i));
  // Of the nearer ones: a seat that stands alone says nothing about the others.
  const usual = nearest.map(([first]) => first?.away ?? Infinity).sort((a, b) => a - b)[points.length >> 2] ?? 0;
  const wants = nearest.map((two) => two.filter(({ away }) => away <= usual * beside).map(({ index }) => index));
  const neighbours = wants.map((near, i) => near.filter((j) => wants[j]?.includes(i)));

  const found: number[][] = [];
  const seen = new Set<number>();
  const follow = (start: number) => {
    const chain: number[] = [];
    for (let at: number | undefined = start; at !== undefined; at = neighbours[at]?.find((j) => !seen.has(j))) {
      seen.add(at);
      chain.push(at);
    }
    found.push(chain);
  };
  // From the ends first; what is left then has none: rows that go all the way round.
  for (const [i, near] of neighbours.entries()) if (near.length < 2 && !seen.has(i)) follow(i);
  for (const i of neighbours.keys()) if (!seen.has(i)) follow(i);
  return found;
}

function nearestTwo(points: readonly Point[], from: Point, self: number): { index: number; away: number }[] {
  let [first, second] = [-1, -1];
  let [least, next] = [Infinity, Infinity];
  for (let i = 0; i < points.length; i++) {
    const point = points[i];
    if (i === self || !point) continue;
    const away = (point.x - from.x) ** 2 + (point.y - from.y) ** 2;
    if (away < least) {
      [second, next] = [first, least];
      [first, least] = [i, away];
    } else if (away < next) [second, next] = [i, away];
  }
  return [
    { index: first, away: Math.sqrt(least) },
    { index: second, away: Math.sqrt(next) },
  ].filter(({ index }) => index >= 0);
}
