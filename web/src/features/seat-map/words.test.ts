import { describe, expect, it } from "vitest";
import { indexes, planned } from "./testing";
import { namesOf, priceOf, seatsOf } from "./words";

const { hall } = planned({ rows: ["aaaa", "aaaa"], category: (y) => (y === 1 ? "premium" : "standard") });
const names = (...ids: string[]) => namesOf(seatsOf(hall, indexes(hall, ...ids)));

describe("namesOf", () => {
  it.each([
    [[], ""],
    [["A1"], "A1"],
    [["A2", "A1"], "A2 and A1"],
    [["A3", "A1", "A2"], "A1 to A3"],
    [["A1", "A2", "A4"], "A1, A2 and A4"],
    [["A1", "B2", "A3"], "A1, B2 and A3"],
  ])("calls %j %j", (ids, expected) => {
    expect(names(...ids)).toBe(expected);
  });
});

it("leaves out seats that are not in the hall", () => {
  expect(seatsOf(hall, [99, 0])).toHaveLength(1);
});

it("knows what a seat costs", () => {
  const [seat] = seatsOf(hall, indexes(hall, "B1"));
  expect(seat && priceOf(hall, seat)).toEqual({ amount: "15.50", currency: "USD" });
});
