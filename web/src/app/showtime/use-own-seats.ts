import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Hall } from "@/features/seat-map";
import { bookingsQuery, loadedBookings } from "@/lib/api/queries";
import type { KnownBooking } from "@/lib/api/types";
import { endingFirst } from "@/lib/remaining";
import { useRemaining } from "@/lib/use-remaining";

export interface OwnSeats {
  /** Indexes of the seats of the guest's live bookings of this showtime. */
  mine: ReadonlySet<number>;
  /** The newest booking of this showtime that waits for payment. */
  waiting: KnownBooking | undefined;
}

/** What of this hall is the guest's own; the live map says of a seat only that it is held. */
export function useOwnSeats(hall: Hall): OwnSeats {
  const { data } = useInfiniteQuery(bookingsQuery);
  const here = useMemo(() => loadedBookings(data).filter((b) => b.showtimeId === hall.showtimeId), [data, hall]);
  const ending = endingFirst(here);
  // A hold whose time is over owns nothing any more, though the list may be asked a moment later only.
  const over = useRemaining(ending?.deadline ?? 0) === 0 ? ending?.id : undefined;
  const mine = useMemo(() => {
    const live = here.filter((b) => b.status === "confirmed" || (b.status === "pending" && b.id !== over));
    const ids = live.flatMap((b) => b.seats.map((seat) => seat.id));
    return new Set(indexesOf(hall, ids));
  }, [here, hall, over]);
  return { mine, waiting: here.find((b) => b.status === "pending") };
}

/** The seats by their ids; what the hall does not have is left out. */
export function indexesOf(hall: Hall, ids: readonly string[]): number[] {
  return ids.map((id) => hall.indexOf.get(id)).filter((index) => index !== undefined);
}
