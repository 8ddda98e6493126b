import { describe, expect, it } from "vitest";
import { holdLength, holdWords } from "./hold-length";

const lasting = (seconds: number) => {
  const createdAt = "2026-11-22T21:00:00Z";
  return { createdAt, expiresAt: new Date(Date.parse(createdAt) + seconds * 1000).toISOString() };
};

describe("how long a hold is", () => {
  it("is counted from its beginning to its end", () => {
    expect(holdLength(lasting(120))).toBe(120_000);
  });
  it.each([
    [120, "2 minutes"],
    [60, "1 minute"],
    [90, "90 seconds"],
    [20, "20 seconds"],
    [1, "1 second"],
  ])("%i seconds are %s", (seconds, words) => {
    expect(holdWords(lasting(seconds))).toBe(words);
  });
});
