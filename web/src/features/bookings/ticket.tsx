import { PageHeading } from "@/components/page-heading";
import type { KnownBooking, Showtime } from "@/lib/api/types";
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
    <div className="space-y-6">
      <div className="text-center print:hidden">
        <Celebration live={live} />
        <PageHeading arrive={live} className="mt-4">
          {live ? "The seats are yours!" : "Your ticket"}
        </PageHeading>
        <p className="text-muted mt-1 text-balance">
          {live ? "Enjoy the show. " : ""}Show the code at the door; on your phone is fine.
        </p>
      </div>
      <TicketCard facts={facts} />
      <TicketActions facts={facts} bookedAt={booking.createdAt} />
      <div className="print:hidden">
        <CancelBooking booking={booking} />
      </div>
    </div>
  );
}
