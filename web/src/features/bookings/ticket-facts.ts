import type { BookedSeat, Booking, Showtime } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { reference } from "@/lib/reference";
import { seatName, splitRow } from "@/lib/seats";

/** Seats that are found together. */
export interface TicketRow {
  /** `Block 104 · Row 12`; empty where the names of the seats say it all. */
  where: string;
  /** By the short name, with the long one. */
  seats: { label: string; name: string }[];
}

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
  rows: readonly TicketRow[];
  /** What it cost, with its currency. */
  total: string;
  /** Where the booking is to be found. */
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
    rows: ticketRows(booking.seats),
    total: formatMoney(booking.total),
    address: `${origin}/bookings/${booking.id}`,
  };
}

/** The seats as one looks for them: in a large house by block and row, elsewhere by their short names. */
export function ticketRows(seats: readonly BookedSeat[]): TicketRow[] {
  const rows = new Map<string, TicketRow>();
  for (const seat of seats) {
    const { block, row } = splitRow(seat.row);
    const where = block === "" ? "" : `Block ${block} · Row ${row}`;
    const found = rows.get(where) ?? { where, seats: [] };
    found.seats.push({ label: block === "" ? seat.id : String(seat.number), name: seatName(seat) });
    rows.set(where, found);
  }
  return [...rows.values()];
}

/** All seats of a ticket. */
export const seatsOf = (facts: TicketFacts) => facts.rows.flatMap((row) => row.seats);
