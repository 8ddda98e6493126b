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

/** What a booking costs, or has cost after all: for lists. */
export function costWords(booking: Pick<Booking, "status" | "payment" | "total">): string {
  const paid = formatMoney(booking.payment?.amount ?? booking.total);
  switch (booking.status) {
    case "pending":
    case "confirmed":
      return formatMoney(booking.total);
    case "expired":
      return "Nothing charged";
    case "cancelled":
      switch (refundOf(booking)) {
        case "underway":
          return `${paid}, on its way back`;
        case "done":
          return `${paid} refunded`;
        case "none":
          return "Nothing charged";
      }
  }
}
