import clsx from "clsx";
import { CircleCheck, Hourglass, Info, TicketX } from "lucide-react";
import { EndedBooking } from "@/components/ended-booking";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { refundOf, refundWords } from "@/lib/refund-words";
import { useTitle } from "@/lib/use-title";
import { cancelledWords } from "./cancelled-words";

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
  const { title, what, again } = cancelledWords(booking);
  const refund = refundOf(booking);
  const good = refund === "none" || refund === "underway" || refund === "done";
  const Icon = refund === "kept" ? Info : refund === "none" || refund === "done" ? CircleCheck : Hourglass;
  return (
    <EndedBooking
      icon={TicketX}
      title={title}
      live={live}
      what={what}
      more={
        <p
          role="status"
          className={clsx(
            "mx-auto mt-5 flex w-fit items-center gap-2 rounded-xl px-4 py-3 text-left font-semibold",
            good ? "bg-good-soft text-good" : "bg-raised text-ink",
          )}
        >
          <Icon aria-hidden className="size-5 shrink-0" />
          {refundWords(booking)}
        </p>
      }
      showtime={showtime}
      again={again ? { to: `/showtimes/${booking.showtimeId}`, words: "Choose other seats" } : undefined}
    />
  );
}
