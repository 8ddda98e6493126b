import type { HistoryItem, KnownBooking } from "@/lib/api/types";

/** What the till knows of a payment whose end it was not told: one of before a reload, or of another tab. */
export type EarlierAttempt =
  /** It came to nothing; `at` is when (RFC 3339). */
  | { kind: "failed"; at: string }
  /** It may be under way still. */
  | { kind: "open" };

/** The engine decides a payment within this time, in milliseconds, or gives it up; with room to spare. */
export const decidedWithin = 30_000;

/**
 * The newest attempt. `begun` is when this tab began one that it has no answer to (milliseconds since
 * 1970, as the times of the history by the clock of the engine), `open` whether it is young enough to be
 * under way. Undefined is that there is nothing to say.
 */
export function earlierAttempt(
  history: readonly HistoryItem[],
  begun: number | undefined,
  open: boolean,
): EarlierAttempt | undefined {
  const last = history.findLast(({ type }) => type.startsWith("payment."));
  if (open && begun !== undefined && !(last && Date.parse(last.at) >= begun)) return { kind: "open" };
  return last?.type === "payment.declined" || last?.type === "payment.voided"
    ? { kind: "failed", at: last.at }
    : undefined;
}

type Timed = Pick<KnownBooking, "expiresAt" | "deadline">;

/** What the clock of the engine shows (milliseconds since 1970) when this page's own shows `now`. */
export const engineTime = ({ expiresAt, deadline }: Timed, now: number) => Date.parse(expiresAt) - (deadline - now);

/** The other way round: what this page's own clock shows at a moment of the engine's. */
export const pageTime = ({ expiresAt, deadline }: Timed, at: number) => deadline - (Date.parse(expiresAt) - at);
