import { CalendarX } from "lucide-react";
import { Link } from "react-router";
import { buttonStyle } from "@/components/button";
import { Figure } from "@/components/figure";
import { PageHeading } from "@/components/page-heading";
import { ShowtimeFacts } from "@/components/showtime-facts";
import type { Showtime } from "@/lib/api/types";
import { dayKey } from "@/lib/time";

/** A showing that will not take place: nothing of it can be booked. */
export function CancelledShowing({ showtime }: { showtime: Showtime }) {
  return (
    <div className="mx-auto max-w-xl px-4 py-10 text-center">
      <Figure icon={CalendarX} />
      <PageHeading className="mt-5">This showing was cancelled</PageHeading>
      <p className="text-muted mt-2 text-lg text-balance">
        It will not take place. Whoever has paid for seats gets all of the money back.
      </p>
      <div className="bg-surface ring-line mt-6 rounded-2xl p-5 text-left ring-1">
        <h2 className="text-lg font-bold">{showtime.movie.title}</h2>
        <ShowtimeFacts showtime={showtime} className="mt-2 text-sm" />
      </div>
      <div className="mt-6 flex flex-col gap-2 sm:flex-row sm:justify-center">
        <Link to={`/?day=${dayKey(showtime.startsAt)}`} className={buttonStyle("primary", "min-h-12")}>
          See other showings
        </Link>
        <Link to="/bookings" className={buttonStyle("secondary", "min-h-12")}>
          My bookings
        </Link>
      </div>
    </div>
  );
}
