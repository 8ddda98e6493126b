import type { Booking } from "@/lib/api/types";
import { refundOf, refundWords } from "@/lib/refund-words";
import { listOf, seatLabel } from "@/lib/seats";

/** What the end of a hold means for its seats and the money; `ran` is how the time ran out. */
export function expiredWords(booking: Pick<Booking, "seats" | "payment" | "total">, ran: string): string {
  const one = booking.seats.length === 1;
  const seats = `your ${one ? "seat" : "seats"} ${listOf(booking.seats.map(seatLabel))}`;
  const went = `${ran}, and ${seats} went back on sale.`;
  switch (refundOf(booking)) {
    case "undecided":
      return `Your bank has not answered yet. If the money arrives and ${seats} ${one ? "is" : "are"} still free, ${one ? "it is" : "they are"} yours. Otherwise nothing is charged, or it is given back.`;
    case "none":
      return `${went} Nothing was charged.`;
    default:
      return `${went} The money came when ${one ? "it was" : "they were"} gone. ${refundWords(booking)}`;
  }
}
