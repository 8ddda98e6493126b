import { describe, expect, it } from "vitest";
import { countOf, listOf, namesOrCount, seatLabel, seatName, splitRow } from "./seats";

const plain = { id: "F7", row: "F", number: 7 };
const inBlock = { id: "104-12-7", row: "104-12", number: 7 };

describe("the names of seats", () => {
  it("say row and seat, and the block where there are blocks", () => {
    expect(seatName(plain)).toBe("Row F, seat 7");
    expect(seatName(inBlock)).toBe("Block 104, row 12, seat 7");
  });

  it("are short in lists", () => {
    expect([plain, inBlock].map(seatLabel)).toEqual(["F7", "104\u00a0·\u00a012\u00a0·\u00a07"]);
  });

  it.each([
    ["F", "", "F"],
    ["AA", "", "AA"],
    ["104-12", "104", "12"],
    ["F1-20", "F1", "20"],
    ["East-2-9", "East-2", "9"],
    ["-3", "", "-3"],
    ["", "", ""],
  ])("take %j for block %j, row %j", (name, block, row) => {
    expect(splitRow(name)).toEqual({ block, row });
  });
});

describe("lists and counts", () => {
  it.each([
    [[], ""],
    [["A1"], "A1"],
    [["A1", "A2"], "A1 and A2"],
    [["A1", "A2", "B1"], "A1, A2 and B1"],
  ])("join %j", (names, text) => {
    expect(listOf(names)).toBe(text);
  });

  it("count what is too long to be named", () => {
    expect(namesOrCount(["A1", "A2"], 9)).toBe("A1 and A2");
    expect(namesOrCount(["A1", "A2"], 8)).toBe("2 seats");
    expect(namesOrCount([], 8)).toBe("");
  });

  it("know one from many", () => {
    expect([0, 1, 2].map((n) => countOf(n, "seat"))).toEqual(["0 seats", "1 seat", "2 seats"]);
    expect(countOf(2, "person", "people")).toBe("2 people");
  });
});
