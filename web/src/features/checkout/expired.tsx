import { LoaderCircle, TimerOff } from "lucide-react";
import { EndedBooking } from "@/components/ended-booking";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { openPayment } from "@/lib/open-payment";
import { seatLabel } from "@/lib/seats";
import { useHistory } from "@/lib/use-history";
import { useTitle } from "@/lib/use-title";
import { expiredWords } from "./expired-words";
import { timeToPay } from "./hold-length";
import { useAskBank } from "./use-ask-bank";

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
  const history = useHistory(booking);
  const open = openPayment(booking);
  useAskBank(booking.id, open?.id);
  const map = `/showtimes/${booking.showtimeId}`;
  return (
    <EndedBooking
      icon={TimerOff}
      tone="warn"
      title="Your hold has ended"
      live={live}
      what={expiredWords(booking, timeToPay(booking, history.data ?? []))}
      more={
        <p role="status" className="text-muted mx-auto flex w-fit items-center gap-2 text-left not-empty:mt-4">
          {open && (
            <>
              <LoaderCircle aria-hidden className="size-5 shrink-0 animate-spin" />
              We keep asking your bank, and show here how it ends.
            </>
          )}
        </p>
      }
      showtime={showtime}
      again={
        // Whoever held the same seats anew would be in the way of the money that may still come.
        open
          ? { to: map, words: "See the seats" }
          : {
              to: `${map}?seats=${booking.seats.map(({ id }) => encodeURIComponent(id)).join(",")}`,
              words: "Try the same seats again",
            }
      }
    >
      <ul aria-label="The seats you had" className="mt-3 flex flex-wrap gap-2">
        {booking.seats.map(seatLabel).map((name) => (
          <li key={name} className="bg-raised rounded-lg px-3 py-1 font-semibold">
            {name}
          </li>
        ))}
      </ul>
    </EndedBooking>
  );
}
