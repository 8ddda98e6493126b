import { describe, expect, it } from "vitest";
import { TIER_SHAPES, sixDigits, tierColours } from "./palette";

/** As WCAG 2 has it. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

// The grounds of the page, --bg in styles.css.
describe.each([
  ["light", tierColours.light, "#faf8f6"],
  ["dark", tierColours.dark, "#121016"],
])("the colours of categories, %s", (_, tiers, ground) => {
  it("are as many as there are shapes, and all different", () => {
    expect(new Set(tiers.map((tier) => tier.fill)).size).toBe(TIER_SHAPES);
  });

  it.each(tiers)("$fill stands out from the ground and can be written on", ({ fill, ink }) => {
    expect(contrast(fill, ground)).toBeGreaterThanOrEqual(3);
    expect(contrast(fill, ink)).toBeGreaterThanOrEqual(4.5);
  });
});

it.each([
  ["#fff", "#ffffff"],
  ["#1aB", "#11aaBB"],
  ["#faf8f6", "#faf8f6"],
  ["", ""],
])("writes %s as %s, so that an alpha can follow it", (short, long) => {
  expect(sixDigits(short)).toBe(long);
});
