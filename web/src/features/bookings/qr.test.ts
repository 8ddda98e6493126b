import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { codeOf } from "./qr";

/** The modules that a path of rectangles one high covers. */
function modules(path: string): Set<string> {
  const covered = new Set<string>();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let i = 0; i < Number(width); i++) covered.add(`${Number(x) + i},${Number(y)}`);
  }
  return covered;
}

describe("the code on a ticket", () => {
  const content = "https://holdfast.example/bookings/0198c0de-0000-7000-8000-00000badcafe";
  const plain = encode(content, { ecc: "M", border: 0 });
  const code = codeOf(content);

  it("has every dark module and no other, within a quiet zone of four", () => {
    const dark = plain.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`${x + 4},${y + 4}`] : [])));
    expect(modules(code.path)).toEqual(new Set(dark));
    expect(code.size).toBe(plain.size + 8);
  });
});
