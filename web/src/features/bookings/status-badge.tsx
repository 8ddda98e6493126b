import clsx from "clsx";
import { Ban, CircleCheck, Clock, History, TimerOff, Undo2 } from "lucide-react";
import type { Booking } from "@/lib/api/types";
import { openPayment } from "@/lib/open-payment";
import { refundOf } from "@/lib/refund-words";
import type { Group } from "./groups";

function badgeOf(booking: Booking, group: Group) {
  switch (booking.status) {
    case "pending":
      return {
        word: openPayment(booking) ? "Waiting for your bank" : "Waiting for payment",
        Icon: Clock,
        style: "bg-warn-soft text-warn",
      };
    case "confirmed":
      return group === "past"
        ? { word: "Past", Icon: History, style: "bg-raised text-muted" }
        : {
            word: booking.checkedInAt ? "Checked in" : "Confirmed",
            Icon: CircleCheck,
            style: "bg-good-soft text-good",
          };
    case "expired":
      return { word: "Hold ended", Icon: TimerOff, style: "bg-raised text-muted" };
    case "cancelled":
      switch (refundOf(booking)) {
        case "underway":
          return { word: "Cancelled, refund on its way", Icon: Undo2, style: "bg-raised text-muted" };
        case "done":
          return { word: "Cancelled, refunded", Icon: Undo2, style: "bg-raised text-muted" };
        default:
          return { word: "Cancelled", Icon: Ban, style: "bg-raised text-muted" };
      }
  }
}

/** Where a booking stands: a sign and a word. */
export function StatusBadge({ booking, group }: { booking: Booking; group: Group }) {
  const { word, Icon, style } = badgeOf(booking, group);
  return (
    <span className={clsx("inline-flex items-center gap-1.5 rounded-full px-2.5 py-1 text-sm font-semibold", style)}>
      <Icon aria-hidden className="size-4" />
      {word}
    </span>
  );
}
