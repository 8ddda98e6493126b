import { CircleCheck, Hourglass, TicketX } from "lucide-react";
import { EndedBooking } from "@/components/ended-booking";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { listOf, seatLabel } from "@/lib/seats";
import { useTitle } from "@/lib/use-title";
import { refundOf, refundWords } from "./refund-words";

interface CancelledProps {
  booking: KnownBooking;
  /** Undefined where it could not be loaded: the rest is true without it. */
  showtime: Showtime | undefined;
  /** It happened just now, in front of whoever reads this. */
  live: boolean;
}

/** A booking that was cancelled, and where its money is. */
export function Cancelled({ booking, showtime, live }: CancelledProps) {
  useTitle("Cancelled booking");
  const names = booking.seats.map(seatLabel);
  const Icon = refundOf(booking) === "underway" ? Hourglass : CircleCheck;
  return (
    <EndedBooking
      icon={TicketX}
      title="This booking is cancelled"
      live={live}
      what={
        names.length > 0
          ? `${listOf(names)} ${names.length === 1 ? "is" : "are"} back on sale.`
          : "It did not get as far as holding any seats."
      }
      more={
        <p
          role="status"
          className="bg-good-soft text-good mx-auto mt-5 flex w-fit items-center gap-2 rounded-xl px-4 py-3 font-semibold"
        >
          <Icon aria-hidden className="size-5 shrink-0" />
          {refundWords(booking)}
        </p>
      }
      showtime={showtime}
      again={{ to: `/showtimes/${booking.showtimeId}`, words: "Choose other seats" }}
    />
  );
}
