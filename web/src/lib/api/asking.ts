import { isPassing } from "./problem";
import type { Booking, KnownBooking } from "./types";

/** How often what could not be asked is asked again by itself, in milliseconds. */
const whileUnknown = 5_000;

/**
 * For the `refetchInterval` of every query: what could not be asked is asked again until it can be. `own`
 * is how often it is asked otherwise, in milliseconds, or false.
 */
export function keepAsking(error: unknown, own: number | false = false): number | false {
  if (!isPassing(error)) return own;
  return Math.max(own === false ? whileUnknown : own, seconds(error.retryAfter));
}

/** How often a question is repeated before that: what the engine refused it refuses again. */
export const tryAgain = (failures: number, error: unknown) => isPassing(error) && failures < 3;

/** After how long, in milliseconds: after what the engine asks for at least. */
export function tryAgainAfter(failures: number, error: unknown): number {
  return Math.max(Math.min(500 * 2 ** failures, 4_000), isPassing(error) ? seconds(error.retryAfter) : 0);
}

const seconds = (n = 0) => n * 1000;

// How often a booking is asked for again, in milliseconds, while something is about to change.
const whileHeld = 5_000; // another tab or device may pay for it
const whileEnding = 1_000; // the engine is about to say that its time is over
const whileMoneyMoves = 2_000;
const whileUndecided = 1_500; // the bank may answer at any moment

/** When to ask for a booking again; `now` is the page's own clock. */
export function askAgainAfter(booking: Pick<KnownBooking, "status" | "payment" | "deadline">, now: number) {
  if (booking.status === "pending" && booking.payment?.status === "open") return whileUndecided;
  if (booking.status === "pending") return booking.deadline <= now ? whileEnding : whileHeld;
  return moneyMoves(booking) && whileMoneyMoves;
}

/** When to ask for a list again. How a hold in it ended is asked for by those who show it. */
export function askForListAfter(bookings: readonly Pick<Booking, "status" | "payment">[]): number | false {
  return bookings.some((booking) => booking.status === "pending" || moneyMoves(booking)) && whileHeld;
}

/** Whether money is about to be taken or given back, or may still come. */
const moneyMoves = ({ payment }: Pick<Booking, "payment">) =>
  payment?.status === "open" || payment?.status === "authorized" || payment?.status === "refund_due";
