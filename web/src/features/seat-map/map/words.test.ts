import { describe, expect, it } from "vitest";
import { LOOK_AVAILABLE, LOOK_HELD, LOOK_MINE } from "./palette";
import { hallWith } from "./testing";
import { seatSentence } from "./words";

const hall = hallWith([
  { row: "F", number: 7, x: 0, y: 0, category: "premium" },
  { row: "104-12", number: 3, x: 1, y: 0, kind: "wheelchair" },
]);

describe("seatSentence", () => {
  it("says all there is to know, and no kind where it is the usual one", () => {
    expect(seatSentence(hall, 0, LOOK_AVAILABLE)).toBe("Row F, seat 7, premium, $12.00, available");
    expect(seatSentence(hall, 0, LOOK_HELD)).toBe("Row F, seat 7, premium, $12.00, held by someone else");
    expect(seatSentence(hall, 1, LOOK_MINE)).toBe(
      "Block 104, row 12, seat 3, wheelchair place, standard, $12.00, yours",
    );
  });

  it("says nothing of a seat that is not there", () => {
    expect(seatSentence(hall, 9, LOOK_AVAILABLE)).toBe("");
  });
});
