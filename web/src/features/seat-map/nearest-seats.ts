import { forEachWindow, orphanCost, orphans } from "./best-seats";
import { AVAILABLE, type Hall } from "./model";
import { distance, middleOf, pointOf, runsOf, type Point, type Run } from "./runs";

/** All in seat widths: how far one goes for it. */
const cost = {
  /** Of a party in another category than wanted. */
  category: 2,
  /** Of a party in another row than wanted. */
  row: 0.1,
  /** Of a part of a party that sits alone. */
  alone: 1.5,
  /** For each seat width between the parts of a party. */
  apart: 0.5,
};

/** Seats no further than this from each other, in seat widths, belong together over rows and aisles. */
const reach = 2.6;

/**
 * As many free seats as were wanted, for those who lost the race: side by side if there are any, else in two
 * parts near each other, else the nearest ones. A wheelchair place is given for a wheelchair place, and
 * others for them only when nothing else is left. Undefined only if fewer seats are free. In the order of
 * the hall.
 */
export function nearestSeats(hall: Hall, codes: Uint8Array, wanted: readonly number[]): number[] | undefined {
  if (wanted.length === 0) return [];
  const alike = new Search(hall, codes, wanted, true);
  const found = alike.together() ?? alike.inTwo() ?? alike.scattered();
  if (found) return found;
  const any = new Search(hall, codes, wanted, false);
  return any.together() ?? any.inTwo() ?? any.scattered();
}

interface Part {
  seats: readonly number[];
  middle: Point;
}

type Trait = "category" | "kind" | "row";

class Search {
  private readonly target: Point;
  private readonly categories: ReadonlyMap<string, number>;
  private readonly rows: ReadonlyMap<string, number>;
  /** How many of which kind there must be; undefined where it does not matter. */
  private readonly kinds: ReadonlyMap<string, number> | undefined;

  constructor(
    private readonly hall: Hall,
    private readonly codes: Uint8Array,
    private readonly wanted: readonly number[],
    alike: boolean,
  ) {
    this.target = middleOf(hall, wanted);
    this.categories = this.count(wanted, "category");
    this.rows = this.count(wanted, "row");
    this.kinds = alike ? this.count(wanted, "kind") : undefined;
  }

  /** Side by side. */
  together(): number[] | undefined {
    const n = this.wanted.length;
    let least = Infinity;
    let found: number[] | undefined;
    forEachWindow(runsOf(this.hall), n, this.fits, (run, start) => {
      const away = distance(middleOf(this.hall, run.seats, start, n), this.target);
      if (away >= least) return;
      const seats = run.seats.slice(start, start + n);
      if (!this.alike(seats)) return;
      const total = away + this.strange(seats) + orphanCost * orphans(run.seats, start, n, this.free);
      if (total >= least) return;
      least = total;
      found = seats;
    });
    return found && inOrder(found);
  }

  /** Two parts, each side by side, near each other. Looks further and further away, until it finds some. */
  inTwo(): number[] | undefined {
    let larger = 0;
    forEachWindow(runsOf(this.hall), Math.ceil(this.wanted.length / 2), this.fits, () => larger++);
    if (larger === 0) return undefined;
    const { left, right, top, bottom } = this.hall.bounds;
    for (let radius = 8; ; radius *= 2) {
      const found = this.inTwoWithin(radius);
      if (found) return inOrder(found);
      if (radius > right - left + bottom - top) return undefined;
    }
  }

  private inTwoWithin(radius: number): number[] | undefined {
    const near = runsOf(this.hall).filter((run) => distance(run.middle, this.target) <= radius + run.radius);
    const n = this.wanted.length;
    let least = Infinity;
    let found: number[] | undefined;
    for (let more = n - 1; more >= n - more; more--) {
      const lesser = this.parts(near, n - more, radius);
      const places = new Places(lesser);
      for (const large of this.parts(near, more, radius)) {
        for (const small of places.around(large)) {
          if (large.seats.some((seat) => small.seats.includes(seat))) continue;
          const seats = [...large.seats, ...small.seats];
          const away = distance(middleOf(this.hall, seats), this.target);
          if (away >= least || !this.alike(seats) || !this.touch(large, small)) continue;
          const lonely = n > 3 && small.seats.length === 1 ? cost.alone : 0;
          const total = away + this.strange(seats) + lonely + cost.apart * distance(large.middle, small.middle);
          if (total >= least) continue;
          least = total;
          found = seats;
        }
      }
    }
    return found;
  }

  /** One by one, the nearest first. */
  scattered(): number[] | undefined {
    const left = this.kinds && new Map(this.kinds);
    const wanted = this.wanted.map((seat) => pointOf(this.hall, seat));
    const candidates: { seat: number; away: number }[] = [];
    for (const [seat, { x, y, category }] of this.hall.seats.entries()) {
      if (!this.fits(seat)) continue;
      let nearest = Infinity;
      for (const point of wanted) nearest = Math.min(nearest, (point.x - x) ** 2 + (point.y - y) ** 2);
      candidates.push({ seat, away: Math.sqrt(nearest) + (this.categories.has(category) ? 0 : cost.category) });
    }
    candidates.sort((a, b) => a.away - b.away || a.seat - b.seat);
    const found: number[] = [];
    for (const { seat } of candidates) {
      if (found.length === this.wanted.length) break;
      if (left) {
        const kind = this.hall.seats[seat]?.kind ?? "";
        const room = left.get(kind) ?? 0;
        if (room === 0) continue;
        left.set(kind, room - 1);
      }
      found.push(seat);
    }
    return found.length === this.wanted.length ? inOrder(found) : undefined;
  }

  private readonly free = (seat: number) => this.codes[seat] === AVAILABLE;

  private readonly fits = (seat: number) =>
    this.free(seat) && (!this.kinds || this.kinds.has(this.hall.seats[seat]?.kind ?? ""));

  private parts(runs: readonly Run[], n: number, radius: number): Part[] {
    const parts: Part[] = [];
    forEachWindow(runs, n, this.fits, (run, start) => {
      const middle = middleOf(this.hall, run.seats, start, n);
      if (distance(middle, this.target) <= radius) parts.push({ seats: run.seats.slice(start, start + n), middle });
    });
    return parts;
  }

  private touch(a: Part, b: Part): boolean {
    return a.seats.some((one) =>
      b.seats.some((other) => distance(pointOf(this.hall, one), pointOf(this.hall, other)) <= reach),
    );
  }

  private alike(seats: readonly number[]): boolean {
    if (!this.kinds) return true;
    const counts = this.count(seats, "kind");
    return [...this.kinds].every(([kind, n]) => counts.get(kind) === n);
  }

  /** What it costs that some are in other categories or rows than wanted. */
  private strange(seats: readonly number[]): number {
    const missing = this.missing(seats, "category", this.categories) * cost.category;
    return (missing + this.missing(seats, "row", this.rows) * cost.row) / seats.length;
  }

  private missing(seats: readonly number[], by: Trait, wanted: ReadonlyMap<string, number>): number {
    const counts = this.count(seats, by);
    let missing = 0;
    for (const [value, n] of wanted) missing += Math.max(0, n - (counts.get(value) ?? 0));
    return missing;
  }

  private count(seats: readonly number[], by: Trait): Map<string, number> {
    const counts = new Map<string, number>();
    for (const seat of seats) {
      const value = this.hall.seats[seat]?.[by] ?? "";
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  }
}

/** Parts by where their middles are, so that only those near each other are compared. */
class Places {
  private readonly cells = new Map<string, Part[]>();
  private readonly cell: number;

  constructor(parts: readonly Part[]) {
    // Two parts can touch while their middles are as far apart as half of both and the reach.
    this.cell = reach + 1.5 * (parts[0]?.seats.length ?? 1);
    for (const part of parts) {
      const key = this.key(this.at(part.middle.x), this.at(part.middle.y));
      const cell = this.cells.get(key);
      if (cell) cell.push(part);
      else this.cells.set(key, [part]);
    }
  }

  *around(part: Part): Generator<Part> {
    const spread = Math.ceil((reach + 0.75 * part.seats.length) / this.cell) + 1;
    const x = this.at(part.middle.x);
    const y = this.at(part.middle.y);
    for (let dx = -spread; dx <= spread; dx++)
      for (let dy = -spread; dy <= spread; dy++) yield* this.cells.get(this.key(x + dx, y + dy)) ?? [];
  }

  private readonly at = (v: number) => Math.floor(v / this.cell);
  private readonly key = (x: number, y: number) => `${x} ${y}`;
}

const inOrder = (seats: readonly number[]) => [...seats].sort((a, b) => a - b);
