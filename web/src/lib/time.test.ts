import { describe, expect, it } from "vitest";
import {
  calendarLeaf,
  dayKey,
  formatClock,
  formatDate,
  formatDay,
  formatExact,
  formatMoment,
  formatRemaining,
  formatRuntime,
  formatZone,
  formatZonedMoment,
} from "./time";

/** A moment by the clock on the wall here, as the engine writes it. */
const here = (...parts: [number, number, number, number?, number?, number?]) => new Date(...parts).toISOString();

describe("formatRemaining", () => {
  it.each([
    [120_000, "2:00"],
    [119_001, "2:00"],
    [119_000, "1:59"],
    [61_000, "1:01"],
    [1, "0:01"],
    [0, "0:00"],
    [-5_000, "0:00"],
    [3_600_000, "60:00"],
  ])("writes %d ms as %s", (milliseconds, text) => {
    expect(formatRemaining(milliseconds)).toBe(text);
  });
});

describe("formatRuntime", () => {
  it.each([
    [45, "45 min"],
    [97, "1 h 37 min"],
    [128, "2 h 8 min"],
  ])("writes %d minutes as %s", (minutes, text) => {
    expect(formatRuntime(minutes)).toBe(text);
  });
});

describe("dayKey", () => {
  it("is one for all of a day here, and changes at midnight", () => {
    expect(dayKey(here(2026, 0, 5, 0, 0))).toBe("2026-01-05");
    expect(dayKey(here(2026, 0, 5, 23, 59))).toBe("2026-01-05");
    expect(dayKey(here(2026, 0, 6, 0, 0))).toBe("2026-01-06");
  });

  it("sorts as the days do", () => {
    const days = [here(2026, 8, 30), here(2026, 9, 1), here(2026, 11, 31), here(2027, 0, 1)].map(dayKey);
    expect([...days].sort()).toEqual(days);
  });
});

describe("what the reader's English writes", () => {
  const at = here(2026, 10, 26, 19, 5, 42);
  it("has what it should have", () => {
    expect(formatClock(at)).toMatch(/(7|19)\D05/);
    expect(formatClock(at)).not.toMatch(/42/);
    expect(formatDay(at)).toMatch(/26/);
    expect(formatDay(at)).not.toMatch(/2026/);
    expect(formatDate(at)).toMatch(/26.*2026/);
    expect(calendarLeaf(at)).toEqual({ weekday: "Thu", day: 26, month: "Nov" });
    expect(formatMoment(at)).toMatch(/26/);
    expect(formatMoment(at)).toMatch(/(7|19)\D05/);
    expect(formatExact(at)).toMatch(/2026/);
    expect(formatExact(at)).toMatch(/42/);
  });

  it("says the zone where it is asked for", () => {
    expect(formatZone(at)).not.toBe("");
    expect(formatZonedMoment(at)).toContain(formatZone(at));
    expect(formatZonedMoment(at)).toMatch(/(7|19)\D05/);
    expect(formatMoment(at)).not.toContain(formatZone(at));
  });
});
