import { isUnanswered } from "./api/problem";
import type { KnownBooking } from "./api/types";

/**
 * Nobody knows whether a booking was cancelled. `standing` is that it was not when the box office was asked
 * afterwards, `unreachable` that it could not be asked.
 */
export interface Unclear {
  since: "standing" | "unreachable";
}

/** Cancels; where the answer is lost, what the booking says counts. Refusals are thrown. */
export async function cancelled(
  cancel: () => Promise<KnownBooking>,
  look: () => Promise<KnownBooking | undefined>,
): Promise<{ booking: KnownBooking } | { unclear: Unclear }> {
  try {
    return { booking: await cancel() };
  } catch (error) {
    if (!isUnanswered(error)) throw error;
  }
  const now = await look();
  if (now?.status === "cancelled") return { booking: now };
  return { unclear: { since: now ? "standing" : "unreachable" } };
}
