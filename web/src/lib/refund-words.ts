import type { Booking, Money } from "./api/types";
import { formatMoney } from "./money";

/** Where the money of a booking that came to nothing stands. */
export type Refund =
  | "none"
  /** The bank has not decided about it. */
  | "undecided"
  /** It was promised, and is settled just now. */
  | "settling"
  | "underway"
  | "done"
  /** By the rules of the house nothing is given back. */
  | "kept";

export function refundOf({ payment }: Pick<Booking, "payment">): Refund {
  switch (payment?.status) {
    case "open":
      return "undecided";
    case "authorized":
      return "settling";
    // What is to be given back is due from the moment of the cancelling.
    case "captured":
      return "kept";
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

const less = (part: Money, whole: Money) => Number(part.amount) < Number(whole.amount);

/** The same as a sentence or two. */
export function refundWords(booking: Pick<Booking, "payment" | "total">): string {
  const paid = booking.payment?.amount ?? booking.total;
  const back = booking.payment?.refund ?? paid;
  const of = less(back, paid) ? ` of the ${formatMoney(paid)} that you paid` : "";
  switch (refundOf(booking)) {
    case "undecided":
      return "Your bank has not decided about your payment yet. If the money arrives after all, it is given back to you.";
    case "settling":
      return "Your payment is being settled. What is due to you comes back.";
    case "underway":
      return `Your refund of ${formatMoney(back)}${of} is on its way.`;
    case "done":
      return of === "" ? `Your ${formatMoney(back)} was refunded.` : `${formatMoney(back)}${of} was refunded.`;
    case "kept":
      return `It was too late for a refund: nothing of your ${formatMoney(paid)} is given back.`;
    case "none":
      return "Nothing was charged.";
  }
}

/** What cancelling would give back, before it is done: `refund` of `total`. */
export function promiseWords(refund: Money, total: Money): { sentence: string; button: string } {
  if (Number(refund.amount) === 0)
    return {
      sentence: `It is too late for a refund: you get nothing of your ${formatMoney(total)} back`,
      button: "Cancel without a refund",
    };
  const of = less(refund, total) ? ` of your ${formatMoney(total)}` : "";
  return { sentence: `You get ${formatMoney(refund)}${of} back`, button: `Cancel and refund ${formatMoney(refund)}` };
}

/** What a booking costs, or has cost after all: for lists. */
export function costWords(booking: Pick<Booking, "status" | "payment" | "total">): string {
  if (booking.status === "pending" || booking.status === "confirmed") return formatMoney(booking.total);
  const paid = booking.payment?.amount ?? booking.total;
  const back = formatMoney(booking.payment?.refund ?? paid);
  switch (refundOf(booking)) {
    case "undecided":
      return "Payment not decided yet";
    case "settling":
      return "Payment being settled";
    case "underway":
      return `${back}, on its way back`;
    case "done":
      return `${back} refunded`;
    case "kept":
      return `${formatMoney(paid)}, not refunded`;
    case "none":
      return "Nothing charged";
  }
}
