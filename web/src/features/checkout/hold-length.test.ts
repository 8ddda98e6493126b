import { describe, expect, it } from "vitest";
import { holdLength, timeToPay } from "./hold-length";

const createdAt = "2026-11-22T21:00:00Z";
const after = (seconds: number) => new Date(Date.parse(createdAt) + seconds * 1000).toISOString();
const item = (type: string, seconds: number) => ({ at: createdAt, type, data: { expiresAt: after(seconds) } });

describe("how long a hold is", () => {
  it("is counted from its beginning to its end", () => {
    expect(holdLength({ createdAt, expiresAt: after(120) })).toBe(120_000);
  });
});

describe("the time to pay", () => {
  it.each([
    [120, "2 minutes"],
    [60, "1 minute"],
    [90, "90 seconds"],
    [20, "20 seconds"],
    [1, "1 second"],
  ])("of %i seconds is told as %s", (seconds, words) => {
    expect(timeToPay({ createdAt }, [item("booking.held", seconds)])).toBe(
      `You had ${words} to pay. That time ran out`,
    );
  });

  it("does not count what the bank was given", () => {
    const history = [item("booking.held", 120), item("booking.extended", 300)];
    expect(timeToPay({ createdAt }, history)).toBe(
      "You had 2 minutes to pay, and 3 minutes more for your bank to decide. That time ran out",
    );
  });

  it("is not guessed where the history cannot be had", () => {
    expect(timeToPay({ createdAt }, [])).toBe("Your time to pay ran out");
  });
});
