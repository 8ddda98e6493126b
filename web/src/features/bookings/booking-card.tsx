import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { buttonStyle } from "@/components/button";
import { Spoken, TimeLeft } from "@/components/countdown";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { openPayment } from "@/lib/open-payment";
import { costWords } from "@/lib/refund-words";
import { namesOrCount, seatLabel } from "@/lib/seats";
import { calendarLeaf, formatClock, formatDay, formatZone } from "@/lib/time";
import { useRemaining, useSteady } from "@/lib/use-remaining";
import type { Group } from "./groups";
import { StatusBadge } from "./status-badge";

interface BookingCardProps {
  booking: KnownBooking;
  /** Undefined until it is loaded. */
  showtime: Showtime | undefined;
  group: Group;
}

/** Names of seats that take more characters than this are not written out. */
const roomForNames = 34;

/** One booking among others; all of it leads to the booking's own page. */
export function BookingCard({ booking, showtime, group }: BookingCardProps) {
  const names = booking.seats.map(seatLabel);
  return (
    <article
      className={clsx(
        "bg-surface ring-line hover:ring-edge relative rounded-2xl p-4 ring-1 transition sm:p-5",
        group === "waiting" && "ring-warn ring-2",
      )}
    >
      <div className="flex items-start gap-4">
        {showtime && <Day at={showtime.startsAt} strong={group !== "past"} />}
        <div className="min-w-0 flex-1">
          <h3 className="text-lg leading-tight font-bold">
            <Link
              to={`/bookings/${booking.id}`}
              className="after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none focus-visible:after:outline-3 focus-visible:after:outline-offset-2 focus-visible:after:outline-[var(--focus)]"
            >
              {showtime?.movie.title ?? "A showing"}
            </Link>
          </h3>
          {showtime && (
            <p className="text-muted mt-0.5 flex flex-wrap gap-x-3 text-sm">
              <time dateTime={showtime.startsAt}>
                <span className="sr-only">{formatDay(showtime.startsAt)}, </span>
                {formatClock(showtime.startsAt)} {formatZone(showtime.startsAt)}
              </time>
              <span>
                {showtime.auditorium.name}, {showtime.auditorium.venue}
              </span>
            </p>
          )}
          <p className="mt-2 flex flex-wrap gap-x-3">
            <span className="font-semibold">{namesOrCount(names, roomForNames) || "No seats"}</span>
            <span className="text-muted">{costWords(booking)}</span>
          </p>
          <p className="mt-3">
            <StatusBadge booking={booking} group={group} />
          </p>
        </div>
        <ChevronRight aria-hidden className="text-muted size-5 shrink-0 self-center" />
      </div>
      {group === "waiting" && <Waiting booking={booking} />}
    </article>
  );
}

/** As a leaf of a calendar. The reader of the screen has it in the line below. */
function Day({ at, strong }: { at: string; strong: boolean }): ReactNode {
  const { weekday, day, month } = calendarLeaf(at);
  return (
    <span
      aria-hidden
      className={clsx(
        "flex w-14 shrink-0 flex-col items-center rounded-xl py-1.5 leading-none",
        strong ? "bg-accent-soft text-accent" : "bg-raised text-muted",
      )}
    >
      <span className="text-xs font-semibold">{weekday}</span>
      <span className="my-0.5 text-2xl font-extrabold">{day}</span>
      <span className="text-xs font-semibold">{month}</span>
    </span>
  );
}

function Waiting({ booking }: { booking: KnownBooking }) {
  const deadline = useSteady(booking.deadline);
  const remaining = useRemaining(deadline);
  const over = remaining === 0;
  return (
    <div className="border-line mt-4 flex items-center justify-between gap-3 border-t pt-4">
      <p>
        {over ? (
          "Time is up. Checking…"
        ) : (
          <>
            Held for <TimeLeft deadline={deadline} className="text-lg" />
          </>
        )}
        <Spoken remaining={remaining} />
      </p>
      <Link to={`/bookings/${booking.id}`} className={buttonStyle("primary", "relative z-10")}>
        {openPayment(booking) ? "See payment" : "Pay now"}
      </Link>
    </div>
  );
}
