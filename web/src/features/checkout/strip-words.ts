import { urgentBelow } from "@/lib/remaining";

/** Whose turn it is: the customer's to pay, or to answer the bank, or the bank's. */
export type Turn = "pay" | "answer" | "bank";

/** What is said of the time that is left, and whether somebody should hurry. */
export function stripWords(remaining: number, turn: Turn): { words: string; urgent: boolean } {
  if (remaining === 0) return { words: "Time is up. Checking with the box office…", urgent: turn !== "bank" };
  // Whoever waits for the bank can do nothing with haste.
  if (turn === "bank") return { words: "Kept while your bank decides", urgent: false };
  const urgent = remaining <= urgentBelow;
  if (turn === "answer") return { words: urgent ? "Answer soon to keep your seats" : "Kept while you answer", urgent };
  return { words: urgent ? "Pay soon to keep your seats" : "Your seats are held for", urgent };
}
