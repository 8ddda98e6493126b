import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { Button } from "@/components/button";
import { CancelSetback } from "@/components/cancel-setback";
import { Dialog } from "@/components/dialog";
import type { KnownBooking } from "@/lib/api/types";
import { openPayment } from "@/lib/open-payment";
import { listOf, seatLabel } from "@/lib/seats";
import { useCancelBooking } from "@/lib/use-cancel-booking";

interface GiveBackProps {
  booking: KnownBooking;
  disabled?: boolean;
  className?: string;
  children: ReactNode;
}

/** What the seat map is told, as the state of its location, when seats were given back. */
export interface GivenBack {
  message: string;
}

/** Lets go of seats that are not paid for, after a question, and goes back to the seat map. */
export function GiveBack({ booking, disabled = false, className, children }: GiveBackProps) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const names = listOf(booking.seats.map(seatLabel));
  const cancel = useCancelBooking(booking.id, async () => {
    const given: GivenBack = {
      message: `You gave ${names} back. ${booking.seats.length === 1 ? "It is" : "They are"} on sale again.`,
    };
    setOpen(false);
    await navigate(`/showtimes/${booking.showtimeId}`, { state: given, replace: true });
  });
  return (
    <>
      <Button look="text" disabled={disabled} {...(className ? { className } : {})} onClick={() => setOpen(true)}>
        {children}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Give the seats back?"
        description={`${names} will be on sale again at once, for anybody. ${
          openPayment(booking)
            ? "Your payment is given up; if the money arrives all the same, it is given back to you."
            : "Nothing was charged."
        }`}
      >
        <CancelSetback
          error={cancel.error}
          unclear={cancel.data}
          refused="The seats could not be given back"
          wish={`${booking.seats.length === 1 ? "it was" : "they were"} given back`}
        />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button look="danger" busy={cancel.isPending} className="sm:flex-1" onClick={() => cancel.mutate()}>
            Give them back
          </Button>
          <Button look="secondary" className="sm:flex-1" onClick={() => setOpen(false)}>
            Keep them
          </Button>
        </div>
      </Dialog>
    </>
  );
}
