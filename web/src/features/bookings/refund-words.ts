import type { Booking } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";

/** Where the money of a cancelled booking stands. */
export type Refund = "none" | "underway" | "done";

export function refundOf({ payment }: Pick<Booking, "payment">): Refund {
  switch (payment?.status) {
    // Money that is promised and not taken yet is taken, and then given back.
    case "authorized":
    case "captured":
    case "refund_due":
      return "underway";
    case "refunded":
      return "done";
    case "voided":
    case "declined":
    case undefined:
      return "none";
  }
}

/** The same as a sentence. */
export function refundWords(booking: Pick<Booking, "payment" | "total">): string {
  const amount = formatMoney(booking.payment?.amount ?? booking.total);
  switch (refundOf(booking)) {
    case "underway":
      return `Your refund of ${amount} is on its way.`;
    case "done":
      return `Your ${amount} was refunded.`;
    case "none":
      return "Nothing was charged.";
  }
}
