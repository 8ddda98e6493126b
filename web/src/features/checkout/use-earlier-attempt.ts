import { useState } from "react";
import type { KnownBooking } from "@/lib/api/types";
import { useLostAnswer } from "@/lib/use-ask-again";
import { useHistory } from "@/lib/use-history";
import { useRemaining } from "@/lib/use-remaining";
import { decidedWithin, earlierAttempt, pageTime, type EarlierAttempt } from "./earlier-attempt";
import { recall } from "./till-memory";

/**
 * What became of a payment of before this page was opened; looked for while it may be under way. `on` is
 * that this page was told nothing itself: then that payment is the news.
 */
export function useEarlierAttempt(booking: KnownBooking, on: boolean): EarlierAttempt | undefined {
  // As it was when the page was opened: what it begins itself it knows the answer to.
  const [begun] = useState(() => recall(booking.id).begun);
  const left = useRemaining(begun === undefined ? 0 : pageTime(booking, begun + decidedWithin));
  // Where the history cannot be had there is no word of the attempt, and the till works all the same.
  const history = useHistory(booking, on);
  const attempt = on ? earlierAttempt(history.data ?? [], begun, left > 0) : undefined;
  useLostAnswer(attempt?.kind === "open");
  return attempt;
}
