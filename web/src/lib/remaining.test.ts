import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextChange, remainingAt, spokenAt, steady } from "./remaining";

// In eighths of a millisecond, of which the sums and differences are exact.
const eighths = (most: number) => fc.integer({ min: 0, max: most * 8 }).map((n) => n / 8);
const moment = eighths(100_000_000);
const span = eighths(600_000);

describe("what remains", () => {
  it("is rounded up to whole seconds, so that 0 is the end", () => {
    expect(remainingAt(120_000, 0)).toBe(120_000);
    expect(remainingAt(120_000, 1)).toBe(120_000);
    expect(remainingAt(120_000, 119_999)).toBe(1_000);
    expect(remainingAt(120_000, 120_000)).toBe(0);
    expect(remainingAt(120_000, 500_000)).toBe(0);
  });

  it("changes when it is said to, and not before", () => {
    fc.assert(
      fc.property(moment, span, (now, left) => {
        const deadline = now + left;
        const wait = nextChange(deadline, now);
        if (wait === undefined) return remainingAt(deadline, now) === 0;
        const before = remainingAt(deadline, now);
        const moved = now + wait;
        return remainingAt(deadline, moved - 0.125) === before && remainingAt(deadline, moved + 0.125) < before;
      }),
    );
  });
});

describe("what has no end", () => {
  it("always remains, and never changes", () => {
    expect(remainingAt(Infinity, 5)).toBe(Infinity);
    expect(nextChange(Infinity, 5)).toBeUndefined();
    expect(steady(Infinity, Infinity)).toBe(Infinity);
    expect(steady(Infinity, 5_000)).toBe(5_000);
  });
});

describe("a deadline that is asked for again", () => {
  it("does not jump back and forth with the time that answers take", () => {
    expect(steady(100_000, 99_700)).toBe(100_000);
    expect(steady(100_000, 100_000)).toBe(100_000);
  });
  it("follows a better estimate", () => {
    expect(steady(100_000, 100_050)).toBe(100_050);
  });
  it("follows when the page's clock stood still", () => {
    expect(steady(100_000, 60_000)).toBe(60_000);
  });
});

describe("what is read out", () => {
  it("is said at one minute, at thirty seconds and at ten, and never else", () => {
    const said = new Map<string, number[]>();
    for (let seconds = 120; seconds >= 0; seconds--) {
      const words = spokenAt(seconds * 1000);
      if (words !== "") said.set(words, [...(said.get(words) ?? []), seconds]);
    }
    expect([...said]).toEqual([
      ["One minute left.", [60, 59, 58, 57, 56]],
      ["30 seconds left.", [30, 29, 28, 27, 26]],
      ["10 seconds left.", [10, 9, 8, 7, 6]],
    ]);
  });
});
