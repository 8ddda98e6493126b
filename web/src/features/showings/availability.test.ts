import { expect, test } from "vitest";
import { availabilityOf } from "./availability";

test.each([
  [140, 140, "free", "140 seats free"],
  [140, 15, "free", "15 seats free"],
  [140, 14, "few", "Only 14 left"],
  [140, 1, "few", "Only 1 left"],
  [140, 0, "none", "Sold out"],
  [10_000, 101, "free", "101 seats free"],
  [10_000, 100, "few", "Only 100 left"],
  [8, 7, "free", "7 seats free"],
  [8, 6, "few", "Only 6 left"],
  [0, 0, "none", "Sold out"],
] as const)("of %i seats %i are free: %s", (totalSeats, availableSeats, level, words) => {
  expect(availabilityOf({ totalSeats, availableSeats })).toMatchObject({ level, words });
});

test("a cancelled showing has no seats, however many are free", () => {
  const cancelledAt = "2026-11-22T21:00:00Z";
  expect(availabilityOf({ totalSeats: 140, availableSeats: 140, cancelledAt })).toEqual({
    level: "off",
    words: "Cancelled",
    filled: 0,
  });
});

test("the hall fills", () => {
  expect(availabilityOf({ totalSeats: 100, availableSeats: 25 }).filled).toBe(0.75);
});
