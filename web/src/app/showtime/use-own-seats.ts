import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Hall } from "@/features/seat-map";
import { bookingsQuery } from "@/lib/api/queries";
import type { KnownBooking } from "@/lib/api/types";

export interface OwnSeats {
  /** Seats of the guest's live bookings of this showtime, and of the request under way. */
  mine: ReadonlySet<number>;
  /** The newest booking of this showtime that waits for payment. */
  waiting: KnownBooking | undefined;
}

/**
 * What of this hall is the guest's own. The live map says of a seat only that it is held: it may say so
 * before the answer to the guest's own request has come, so the seats of that request count as well.
 */
export function useOwnSeats(hall: Hall, requested: readonly string[] | undefined): OwnSeats {
  const { data } = useInfiniteQuery(bookingsQuery);
  return useMemo(() => {
    const here = (data?.pages ?? [])
      .flatMap((page) => page.items)
      .filter((b) => b.showtimeId === hall.showtimeId && (b.status === "pending" || b.status === "confirmed"));
    const ids = [...here.flatMap((b) => b.seats.map((seat) => seat.id)), ...(requested ?? [])];
    const indexes = ids.map((id) => hall.indexOf.get(id)).filter((index) => index !== undefined);
    return { mine: new Set(indexes), waiting: here.find((b) => b.status === "pending") };
  }, [data, hall, requested]);
}
