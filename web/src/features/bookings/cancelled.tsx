import { CircleCheck, Hourglass, TicketX } from "lucide-react";
import { Link } from "react-router";
import { buttonStyle } from "@/components/button";
import { Figure } from "@/components/figure";
import { PageHeading } from "@/components/page-heading";
import { ShowtimeFacts } from "@/components/showtime-facts";
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
    <div className="mx-auto max-w-xl text-center">
      <Figure icon={TicketX} />
      <PageHeading arrive={live} className="mt-5">
        This booking is cancelled
      </PageHeading>
      <p className="text-muted mt-2 text-lg text-balance">
        {names.length > 0
          ? `${listOf(names)} ${names.length === 1 ? "is" : "are"} back on sale.`
          : "It did not get as far as holding any seats."}
      </p>
      <p
        role="status"
        className="bg-good-soft text-good mx-auto mt-5 flex w-fit items-center gap-2 rounded-xl px-4 py-3 font-semibold"
      >
        <Icon aria-hidden className="size-5 shrink-0" />
        {refundWords(booking)}
      </p>
      {showtime && (
        <div className="bg-surface ring-line mt-6 rounded-2xl p-5 text-left ring-1">
          <h2 className="text-lg font-bold">{showtime.movie.title}</h2>
          <ShowtimeFacts showtime={showtime} className="mt-2 text-sm" />
        </div>
      )}
      <div className="mt-6 flex flex-col gap-2 sm:flex-row sm:justify-center">
        <Link to={`/showtimes/${booking.showtimeId}`} className={buttonStyle("primary", "min-h-12")}>
          Choose other seats
        </Link>
        <Link to="/" className={buttonStyle("secondary", "min-h-12")}>
          See all showings
        </Link>
      </div>
    </div>
  );
}
