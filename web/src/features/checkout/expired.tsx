import { TimerOff } from "lucide-react";
import { EndedBooking } from "@/components/ended-booking";
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
    <EndedBooking
      icon={TimerOff}
      tone="warn"
      title="Your hold has ended"
      live={live}
      what={
        <>
          You had {holdWords(booking)} to pay. That time ran out, and your {seats} {listOf(names)} went back on sale.
          Nothing was charged.
        </>
      }
      showtime={showtime}
      again={{
        to: `/showtimes/${booking.showtimeId}?seats=${booking.seats.map(({ id }) => encodeURIComponent(id)).join(",")}`,
        words: "Try the same seats again",
      }}
    >
      <ul aria-label="The seats you had" className="mt-3 flex flex-wrap gap-2">
        {names.map((name) => (
          <li key={name} className="bg-raised rounded-lg px-3 py-1 font-semibold">
            {name}
          </li>
        ))}
      </ul>
    </EndedBooking>
  );
}
