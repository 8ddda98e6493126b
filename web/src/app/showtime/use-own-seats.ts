import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Hall } from "@/features/seat-map";
import { bookingsQuery } from "@/lib/api/queries";
import type { KnownBooking } from "@/lib/api/types";

export interface OwnSeats {
  /** Indexes of the seats of the guest's live bookings of this showtime. */
  mine: ReadonlySet<number>;
  /** The newest booking of this showtime that waits for payment. */
  waiting: KnownBooking | undefined;
}

/** What of this hall is the guest's own; the live map says of a seat only that it is held. */
export function useOwnSeats(hall: Hall): OwnSeats {
  const { data } = useInfiniteQuery(bookingsQuery);
  return useMemo(() => {
    const here = (data?.pages ?? [])
      .flatMap((page) => page.items)
      .filter((b) => b.showtimeId === hall.showtimeId && (b.status === "pending" || b.status === "confirmed"));
    const ids = here.flatMap((b) => b.seats.map((seat) => seat.id));
    return { mine: new Set(indexesOf(hall, ids)), waiting: here.find((b) => b.status === "pending") };
  }, [data, hall]);
}

/** The seats by their ids; what the hall does not have is left out. */
export function indexesOf(hall: Hall, ids: readonly string[]): number[] {
  return ids.map((id) => hall.indexOf.get(id)).filter((index) => index !== undefined);
}
