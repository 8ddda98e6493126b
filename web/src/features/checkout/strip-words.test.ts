import { expect, test } from "vitest";
import { stripWords, type Turn } from "./strip-words";

test.each<[number, Turn, string, boolean]>([
  [60_000, "pay", "Your seats are held for", false],
  [30_000, "pay", "Pay soon to keep your seats", true],
  [0, "pay", "Time is up. Checking with the box office…", true],
  [60_000, "answer", "Kept while you answer", false],
  [30_000, "answer", "Answer soon to keep your seats", true],
  [60_000, "bank", "Kept while your bank decides", false],
  [1_000, "bank", "Kept while your bank decides", false],
  [0, "bank", "Time is up. Checking with the box office…", false],
])("%i ms left, and it is for %s: %s", (remaining, turn, words, urgent) => {
  expect(stripWords(remaining, turn)).toEqual({ words, urgent });
});
