import { useState } from "react";
import { Button } from "@/components/button";
import { CancelSetback } from "@/components/cancel-setback";
import { Dialog } from "@/components/dialog";
import type { KnownBooking } from "@/lib/api/types";
import { promiseWords } from "@/lib/refund-words";
import { countOf } from "@/lib/seats";
import { useCancelBooking } from "@/lib/use-cancel-booking";

/** Cancels a paid booking, after saying what that gives back; or says that it is too late for that. */
export function CancelBooking({ booking }: { booking: KnownBooking }) {
  const [open, setOpen] = useState(false);
  const cancel = useCancelBooking(booking.id);
  const { refund } = booking;
  if (!refund || booking.checkedInAt)
    return <p className="text-muted text-center text-sm">This booking cannot be cancelled any more.</p>;
  const promise = promiseWords(refund, booking.total);
  return (
    <div className="text-center">
      <Button look="text" onClick={() => setOpen(true)}>
        Cancel this booking
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Cancel this booking?"
        description={`${promise.sentence}, and your ${countOf(booking.seats.length, "seat")} go${booking.seats.length === 1 ? "es" : ""} back on sale at once.`}
      >
        <CancelSetback
          error={cancel.error}
          unclear={cancel.data}
          refused="The booking was not cancelled"
          wish="it was cancelled"
        />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button look="danger" busy={cancel.isPending} className="sm:flex-1" onClick={() => cancel.mutate()}>
            {promise.button}
          </Button>
          <Button look="secondary" className="sm:flex-1" onClick={() => setOpen(false)}>
            Keep my seats
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
