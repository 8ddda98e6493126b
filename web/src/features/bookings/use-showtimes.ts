import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { showtimeQuery } from "@/lib/api/queries";
import type { Booking, Showtime } from "@/lib/api/types";

interface Showtimes {
  byId: ReadonlyMap<string, Showtime>;
  /** None of them has come yet, and some may still come. */
  pending: boolean;
}

const combine = (results: UseQueryResult<Showtime>[]): Showtimes => ({
  byId: new Map(results.flatMap(({ data }) => (data ? [[data.id, data] as const] : []))),
  pending: results.length > 0 && results.every(({ data }) => !data) && results.some(({ isPending }) => isPending),
});

/** The showtimes of these bookings, each of them asked for once. */
export function useShowtimes(bookings: readonly Booking[]): Showtimes {
  const ids = [...new Set(bookings.map((booking) => booking.showtimeId))];
  return useQueries({ queries: ids.map((id) => showtimeQuery(id)), combine });
}
