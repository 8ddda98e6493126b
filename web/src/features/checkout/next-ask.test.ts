import { expect, test } from "vitest";
import { nextAsk } from "./next-ask";

test("the bank is asked soon, then less and less often, and never again only after ages", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(nextAsk)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});
