import type { Category, Seat, SeatMap, SeatStatus } from "@/lib/api/types";

/** The statuses by their code: what the public may know of a seat. */
export const statuses = ["available", "held", "sold", "blocked"] as const satisfies readonly SeatStatus[];
export const AVAILABLE = 0;
export const HELD = 1;
export const SOLD = 2;
export const BLOCKED = 3;

/** A seat of a hall. `x` and `y` are its middle, in seat widths. */
export interface HallSeat extends Omit<Seat, "status"> {
  /** Index into {@link Hall.categories}. */
  tier: number;
}

/**
 * What never changes of a showtime: its seats, in the order of the layout, and their prices. Everywhere
 * else in this feature a seat is its index in `seats`, and the statuses of all seats are one byte each.
 */
export interface Hall {
  showtimeId: string;
  seats: readonly HallSeat[];
  categories: readonly Category[];
  /** From a seat's id to its index. */
  indexOf: ReadonlyMap<string, number>;
  /** Around the middles of all seats, in seat widths. */
  bounds: { left: number; top: number; right: number; bottom: number };
}

/** The status code of every seat, by index, as of a version of the map. Never changed in place. */
export interface SeatStates {
  version: number;
  codes: Uint8Array;
}

export function codeOf(status: SeatStatus): number {
  return statuses.indexOf(status);
}

export function hallOf(map: SeatMap): Hall {
  const tiers = new Map(map.categories.map((category, tier) => [category.id, tier]));
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const seats = map.seats.map(({ status: _, ...seat }): HallSeat => {
    bounds.left = Math.min(bounds.left, seat.x);
    bounds.right = Math.max(bounds.right, seat.x);
    bounds.top = Math.min(bounds.top, seat.y);
    bounds.bottom = Math.max(bounds.bottom, seat.y);
    return { ...seat, tier: tiers.get(seat.category) ?? 0 };
  });
  return {
    showtimeId: map.showtimeId,
    seats,
    categories: map.categories,
    indexOf: new Map(seats.map((seat, index) => [seat.id, index])),
    bounds,
  };
}

export function statesOf(map: SeatMap): SeatStates {
  return { version: map.version, codes: Uint8Array.from(map.seats, (seat) => codeOf(seat.status)) };
}
