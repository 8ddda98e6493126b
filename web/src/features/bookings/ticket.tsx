import { CircleCheck } from "lucide-react";
import { PageHeading } from "@/components/page-heading";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { formatClock } from "@/lib/time";
import { useTitle } from "@/lib/use-title";
import { CancelBooking } from "./cancel-booking";
import { Celebration } from "./celebration";
import { TicketActions } from "./ticket-actions";
import { TicketCard } from "./ticket-card";
import { ticketFacts } from "./ticket-facts";

interface TicketProps {
  booking: KnownBooking;
  showtime: Showtime;
  /** It was paid for just now, in front of whoever reads this. */
  live: boolean;
}

/** A booking that is paid for. */
export function Ticket({ booking, showtime, live }: TicketProps) {
  useTitle(`Ticket for ${showtime.movie.title}`);
  const facts = ticketFacts(booking, showtime, window.location.origin);
  return (
    <div className={live ? "space-y-6" : "space-y-4"}>
      <Arrival live={live} checkedInAt={booking.checkedInAt} />
      {booking.reason === "late" && (
        <p className="text-muted text-center text-sm print:hidden">
          Your payment came after your time was over. Your seats were still free, so they are yours.
        </p>
      )}
      <TicketCard facts={facts} />
      <TicketActions facts={facts} bookedAt={booking.createdAt} />
      <div className="print:hidden">
        <CancelBooking booking={booking} />
      </div>
    </div>
  );
}

interface ArrivalProps {
  live: boolean;
  checkedInAt: string | undefined;
}

/** Whoever has just paid is told so; whoever comes back, perhaps to a door, wants the code. */
function Arrival({ live, checkedInAt }: ArrivalProps) {
  const used = checkedInAt ? (
    <span role="status" className="text-good inline-flex items-center gap-1.5 text-base font-semibold">
      <CircleCheck aria-hidden className="size-5" />
      Checked in at {formatClock(checkedInAt)}
    </span>
  ) : undefined;
  if (!live) {
    return (
      <div className="mx-auto flex max-w-md flex-wrap items-center justify-between gap-x-4 md:max-w-3xl print:hidden">
        <PageHeading className="text-lg!">Your ticket</PageHeading>
        <p className="text-muted text-sm">{used ?? "Show the code at the door."}</p>
      </div>
    );
  }
  return (
    <div className="text-center print:hidden">
      <div className="overflow-x-clip">
        <Celebration />
      </div>
      <PageHeading arrive className="mt-4">
        The seats are yours!
      </PageHeading>
      <p className="text-muted mt-1 text-balance">
        {used ?? "Enjoy the show. Show the code at the door; on your phone is fine."}
      </p>
    </div>
  );
}
