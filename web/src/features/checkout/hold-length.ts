import type { Booking, HistoryItem } from "@/lib/api/types";

/** How long the hold is from its beginning to its end, in milliseconds: both ends by the clock of the engine. */
export function holdLength({ createdAt, expiresAt }: Pick<Booking, "createdAt" | "expiresAt">): number {
  return between(createdAt, expiresAt);
}

const between = (from: string, to: string) => Math.max(0, Date.parse(to) - Date.parse(from));

/**
 * How long somebody had to pay, as a sentence. The history knows what the booking does not: the time for which
 * a hold is kept while a bank decides is nobody's time to pay.
 */
export function timeToPay({ createdAt }: Pick<Booking, "createdAt">, history: readonly HistoryItem[]): string {
  const ends = (type: string) => history.find((item) => item.type === type)?.data?.expiresAt;
  const end = ends("booking.held");
  if (end === undefined) return "Your time to pay ran out";
  const more = ends("booking.extended");
  const longer = more === undefined ? "" : `, and ${lengthWords(between(end, more))} more for your bank to decide`;
  return `You had ${lengthWords(between(createdAt, end))} to pay${longer}. That time ran out`;
}

/** `2 minutes`, `90 seconds`: for sentences. */
function lengthWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds % 60 !== 0) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = seconds / 60;
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
