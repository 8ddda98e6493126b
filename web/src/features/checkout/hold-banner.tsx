import { Hourglass } from "lucide-react";
import { Link } from "react-router";
import { buttonStyle } from "@/components/button";
import { Spoken, TimeLeft } from "@/components/countdown";
import type { KnownBooking } from "@/lib/api/types";
import { openPayment } from "@/lib/open-payment";
import { namesOrCount, seatLabel } from "@/lib/seats";
import { useEndedHold } from "@/lib/use-ask-again";
import { useRemaining, useSteady } from "@/lib/use-remaining";
import { GiveBack } from "./give-back";

/** Names of seats that take more characters than this are not written out: the banner is slim. */
const roomForNames = 24;

/** On the seat map: what is held already, for how long, and what to do about it. */
export function HoldBanner({ booking }: { booking: KnownBooking }) {
  const deadline = useSteady(booking.deadline);
  const remaining = useRemaining(deadline);
  useEndedHold(remaining === 0);
  const names = booking.seats.map(seatLabel);
  return (
    <section
      aria-label="Seats you hold"
      className="bg-accent-soft text-ink flex items-center gap-3 px-3 py-1.5 sm:px-4"
    >
      <Hourglass aria-hidden className="text-accent hidden size-5 shrink-0 sm:block" />
      <p className="min-w-0 flex-1 text-sm leading-tight">
        You hold <strong>{namesOrCount(names, roomForNames)}</strong>{" "}
        {remaining > 0 ? (
          <>
            for <TimeLeft deadline={deadline} />
          </>
        ) : (
          "until now"
        )}
        <Spoken remaining={remaining} />
      </p>
      <div className="flex shrink-0 items-center gap-3">
        <GiveBack booking={booking} className="text-sm">
          Give back
        </GiveBack>
        <Link to={`/bookings/${booking.id}`} className={buttonStyle("primary", "px-3 text-sm")}>
          {openPayment(booking) ? "See payment" : "Pay now"}
        </Link>
      </div>
    </section>
  );
}
