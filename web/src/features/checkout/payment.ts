import { asSentence, isProblem, isUnanswered } from "@/lib/api/problem";
import type { BookingStatus } from "@/lib/api/types";

/** How a payment came to nothing. All of them are answers to live with; none is a failure of the page. */
export type Setback =
  /** The bank said no, in its words. The hold stays. */
  | { kind: "declined"; said: string }
  /**
   * No answer came, of the box office or of the bank, which may be asked still. `pending` is that the booking
   * was unpaid when it was looked at afterwards, `unreachable` that it could not be looked at.
   */
  | { kind: "lost"; since: "pending" | "unreachable" }
  /** Another payment for the same booking is being decided, and its bank does not let go of it. */
  | { kind: "underway" }
  /** The hold had ended. */
  | { kind: "late" };

/**
 * What a failed payment means, together with how the booking stands since then (undefined: it could not
 * be asked for). Undefined is that there is nothing to say beside what the booking says itself.
 * What it does not know it throws.
 */
export function setbackOf(error: unknown, status: BookingStatus | undefined): Setback | undefined {
  if (isProblem(error, "payment_declined"))
    return { kind: "declined", said: asSentence(error.message.trim() || "the card was declined") };
  if (isUnanswered(error) && isProblem(error)) {
    if (status === undefined) return { kind: "lost", since: "unreachable" };
    if (status !== "pending") return undefined;
    return { kind: "lost", since: "pending" };
  }
  if (isProblem(error, "hold_expired")) return status === "expired" ? undefined : { kind: "late" };
  if (isProblem(error, "not_payable")) return status === "pending" ? { kind: "underway" } : undefined;
  throw error;
}

/** Whether the booking may still change because of the payment: then the page looks on. */
export const isOpen = (setback: Setback | undefined) => setback?.kind === "lost" || setback?.kind === "underway";
