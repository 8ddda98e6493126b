import type { Booking } from "@/lib/api/types";
import { listOf, seatLabel } from "@/lib/seats";

/** Why a booking is cancelled, and what that means. */
export interface CancelledWords {
  title: string;
  what: string;
  /** Whether seats of the same showing can be booked again. */
  again: boolean;
}

export function cancelledWords({ reason, seats }: Pick<Booking, "reason" | "seats">): CancelledWords {
  const title = "This booking is cancelled";
  const names = seats.map(seatLabel);
  const free =
    names.length > 0
      ? `${listOf(names)} ${names.length === 1 ? "is" : "are"} back on sale.`
      : "It did not get as far as holding any seats.";
  switch (reason) {
    case "showtime":
      return {
        title: "This showing was cancelled",
        what: "It will not take place, so your booking is cancelled too. We are sorry.",
        again: false,
      };
    case "uncollectable":
      return { title, what: `Your bank could not pay what it had promised. ${free}`, again: true };
    case "operator":
      return { title, what: `The box office cancelled it. ${free}`, again: true };
    default:
      return { title, what: free, again: true };
  }
}
