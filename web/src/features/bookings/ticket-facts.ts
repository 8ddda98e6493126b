import type { Booking, Showtime } from "@/lib/api/types";
import { reference } from "@/lib/reference";
import { seatName } from "@/lib/seats";

/** What stands on a ticket, whichever way it is written down. */
export interface TicketFacts {
  id: string;
  reference: string;
  movie: string;
  /** RFC 3339. */
  startsAt: string;
  runtimeMinutes: number;
  venue: string;
  auditorium: string;
  /** By the short name, with the long one. */
  seats: readonly { label: string; name: string }[];
  /** Where the booking is to be found; what the code on the ticket says. */
  address: string;
}

export function ticketFacts(booking: Booking, showtime: Showtime, origin: string): TicketFacts {
  return {
    id: booking.id,
    reference: reference(booking.id),
    movie: showtime.movie.title,
    startsAt: showtime.startsAt,
    runtimeMinutes: showtime.movie.runtimeMinutes,
    venue: showtime.auditorium.venue,
    auditorium: showtime.auditorium.name,
    seats: booking.seats.map((seat) => ({ label: seat.id, name: seatName(seat) })),
    address: `${origin}/bookings/${booking.id}`,
  };
}
