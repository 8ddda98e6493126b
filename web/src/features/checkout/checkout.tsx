import { PageHeading } from "@/components/page-heading";
import { buttonStyle } from "@/components/button";
import { Link } from "react-router";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { useTitle } from "@/lib/use-title";
import { openPayment } from "@/lib/open-payment";
import { useSteady } from "@/lib/use-remaining";
import { stageOf } from "./bank-words";
import { GiveBack } from "./give-back";
import { holdLength } from "./hold-length";
import { OrderSummary } from "./order-summary";
import { PayForm } from "./pay-form";
import { TimeStrip } from "./time-strip";
import { useAskBank } from "./use-ask-bank";
import { usePay } from "./use-pay";

/** A booking that waits for its payment. Whether its time is over the box office says, not this page. */
export function Checkout({ booking, showtime }: { booking: KnownBooking; showtime: Showtime }) {
  useTitle("Pay for your seats");
  const pay = usePay(booking);
  const deadline = useSteady(booking.deadline);
  const open = openPayment(booking);
  useAskBank(booking.id, open?.id);
  const waits = pay.isPending || (open && stageOf(open) === "waiting");
  return (
    <>
      <PageHeading>Almost yours</PageHeading>
      <div className="mt-4 grid items-start gap-x-8 gap-y-5 lg:grid-cols-[minmax(0,1fr)_24rem] lg:grid-rows-[auto_1fr]">
        <div className="sticky top-0 z-20 -mx-4 sm:top-3 sm:mx-0 lg:static lg:col-start-2 lg:row-start-1">
          <TimeStrip deadline={deadline} total={holdLength(booking)} turn={waits ? "bank" : open ? "answer" : "pay"} />
        </div>
        <div className="lg:col-start-2 lg:row-start-2">
          <OrderSummary booking={booking} showtime={showtime}>
            <div className="mt-2 -mb-2 flex flex-wrap justify-between gap-x-4">
              <Link to={`/showtimes/${booking.showtimeId}`} className={buttonStyle("text", "text-sm")}>
                Back to the map
              </Link>
              <GiveBack booking={booking} disabled={pay.isPending} className="text-sm">
                Give the seats back
              </GiveBack>
            </div>
          </OrderSummary>
        </div>
        <PayForm
          booking={booking}
          deadline={deadline}
          pay={pay}
          className="contents lg:col-start-1 lg:row-span-2 lg:row-start-1 lg:block lg:space-y-6"
        />
      </div>
    </>
  );
}
