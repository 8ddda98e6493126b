import jsQR from "jsqr";
import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { codeOf, type Code } from "./qr";

/** The modules that a path of rectangles one high covers. */
function modules(path: string): Set<string> {
  const covered = new Set<string>();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let i = 0; i < Number(width); i++) covered.add(`${Number(x) + i},${Number(y)}`);
  }
  return covered;
}

/** A token for ten seats: as long as the engine makes them (docs/adr/0010-signed-tickets.md). */
const token = `eyJ${"aZ09-_".repeat(60)}`.slice(0, 331);

/** What a scanner reads of a code that is painted with so many pixels for a module. */
function read({ size, path }: Code, pixels: number): string | undefined {
  const dark = modules(path);
  const wide = size * pixels;
  const image = new Uint8ClampedArray(wide * wide * 4).map((_, i) => {
    const spot = (i - (i % 4)) / 4;
    const [x, y] = [Math.floor((spot % wide) / pixels), Math.floor(spot / wide / pixels)];
    return i % 4 < 3 && dark.has(`${x},${y}`) ? 0 : 255;
  });
  return jsQR(image, wide, wide)?.data;
}

describe("the code on a ticket", () => {
  const plain = encode(token, { ecc: "M", border: 0 });
  const code = codeOf(token);

  it("has every dark module and no other, within a quiet zone of four", () => {
    const dark = plain.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`${x + 4},${y + 4}`] : [])));
    expect(modules(code.path)).toEqual(new Set(dark));
    expect(code.size).toBe(plain.size + 8);
  });

  it("is read as the token", () => {
    expect(read(code, 3)).toBe(token);
  });

  it("has three pixels for each module on the smallest phone", () => {
    expect(code.size - 8).toBe(69);
    expect(code.size * 3).toBeLessThanOrEqual(320 - 2 * 16 - 2 * 20); // within the edges of page and ticket
  });
});
