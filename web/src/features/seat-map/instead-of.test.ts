import { describe, expect, it } from "vitest";
import { insteadOf } from "./instead-of";
import { ids, indexes, planned } from "./testing";

/** What is offered, as [what is fresh, the whole choice]. */
function offered(rows: string[], lost: string[], kept: string[]) {
  const { hall, codes } = planned({ rows });
  const found = insteadOf(hall, codes, indexes(hall, ...lost), indexes(hall, ...kept));
  return found && [ids(hall, found.fresh), ids(hall, found.seats)];
}

describe("insteadOf", () => {
  it("offers the nearest seat for an only one", () => {
    expect(offered(["aaahaaa"], ["A4"], [])).toEqual([["A3"], ["A3"]]);
  });

  it("leaves the others where they are when that parts nobody", () => {
    expect(offered(["aaahaaa", "sssssss", "aaaaaaa"], ["A4"], ["A5", "C1"])).toEqual([["A6"], ["A5", "A6", "C1"]]);
  });

  it("moves along by one", () => {
    expect(offered(["sssssss", "aaaaahs"], ["B6"], ["B4", "B5"])).toEqual([["B3"], ["B3", "B4", "B5"]]);
  });

  it("moves all of them where they would be parted", () => {
    expect(offered(["aaasssa", "sssahas"], ["B5"], ["B4", "B6"])).toEqual([
      ["A1", "A2", "A3"],
      ["A1", "A2", "A3"],
    ]);
  });

  it("has nothing to offer when there is too little left", () => {
    expect(offered(["sahs"], ["A3"], ["A2"])).toBeUndefined();
  });
});
