import type { Booking } from "@/lib/api/types";

/** How long the hold is from its beginning to its end, in milliseconds: both ends by the clock of the engine. */
export function holdLength({ createdAt, expiresAt }: Pick<Booking, "createdAt" | "expiresAt">): number {
  return Math.max(0, Date.parse(expiresAt) - Date.parse(createdAt));
}

/** `2 minutes`, `90 seconds`: for sentences. */
export function holdWords(booking: Pick<Booking, "createdAt" | "expiresAt">): string {
  const seconds = Math.round(holdLength(booking) / 1000);
  if (seconds % 60 !== 0) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = seconds / 60;
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
