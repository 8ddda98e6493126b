import { TimerOff } from "lucide-react";
import { Link } from "react-router";
import { buttonStyle } from "@/components/button";
import { Figure } from "@/components/figure";
import { PageHeading } from "@/components/page-heading";
import { ShowtimeFacts } from "@/components/showtime-facts";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { listOf, seatLabel } from "@/lib/seats";
import { useTitle } from "@/lib/use-title";
import { holdWords } from "./hold-length";

interface ExpiredProps {
  booking: KnownBooking;
  /** Undefined where it could not be loaded: the rest is true without it. */
  showtime: Showtime | undefined;
  /** It happened just now, in front of whoever reads this. */
  live: boolean;
}

/** The hold is over and the seats are free again: what that means, and the way back to them. */
export function Expired({ booking, showtime, live }: ExpiredProps) {
  useTitle("Your hold has ended");
  const names = booking.seats.map(seatLabel);
  const seats = booking.seats.length === 1 ? "seat" : "seats";
  return (
    <div className="mx-auto max-w-xl text-center">
      <Figure icon={TimerOff} tone="warn" />
      <PageHeading arrive={live} className="mt-5">
        Your hold has ended
      </PageHeading>
      <p className="text-muted mt-2 text-lg text-balance">
        You had {holdWords(booking)} to pay. That time ran out, and your {seats} {listOf(names)} went back on sale.
        Nothing was charged.
      </p>
      {showtime && (
        <div className="bg-surface ring-line mt-6 rounded-2xl p-5 text-left ring-1">
          <h2 className="text-lg font-bold">{showtime.movie.title}</h2>
          <ShowtimeFacts showtime={showtime} className="mt-2 text-sm" />
          <ul aria-label="The seats you had" className="mt-3 flex flex-wrap gap-2">
            {names.map((name) => (
              <li key={name} className="bg-raised rounded-lg px-3 py-1 font-semibold">
                {name}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="mt-6 flex flex-col gap-2 sm:flex-row sm:justify-center">
        <Link
          to={`/showtimes/${booking.showtimeId}?seats=${booking.seats.map(({ id }) => encodeURIComponent(id)).join(",")}`}
          className={buttonStyle("primary", "min-h-12")}
        >
          Try the same seats again
        </Link>
        <Link to="/" className={buttonStyle("secondary", "min-h-12")}>
          See all showings
        </Link>
      </div>
    </div>
  );
}
