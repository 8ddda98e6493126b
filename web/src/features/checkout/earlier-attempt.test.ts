import { describe, expect, it } from "vitest";
import { earlierAttempt, engineTime, pageTime } from "./earlier-attempt";

const item = (type: string, second: number) => ({ at: new Date(second * 1000).toISOString(), type });
const held = item("booking.held", 0);
const declined = item("payment.declined", 10);
const voided = item("payment.voided", 20);

describe("an attempt of before", () => {
  it("is none where nothing was paid", () => {
    expect(earlierAttempt([], undefined, false)).toBeUndefined();
    expect(earlierAttempt([held], undefined, false)).toBeUndefined();
  });

  it("is the newest that came to nothing", () => {
    expect(earlierAttempt([held, declined], undefined, false)).toEqual({ kind: "failed", at: declined.at });
    expect(earlierAttempt([held, declined, voided], undefined, false)).toEqual({ kind: "failed", at: voided.at });
  });

  it("is no failure once a payment was agreed to", () => {
    expect(earlierAttempt([held, declined, item("payment.authorized", 30)], undefined, false)).toBeUndefined();
  });

  it("is under way until the history knows of it", () => {
    expect(earlierAttempt([held], 15_000, true)).toEqual({ kind: "open" });
    expect(earlierAttempt([held, declined], 15_000, true)).toEqual({ kind: "open" });
    expect(earlierAttempt([held, declined, voided], 15_000, true)).toEqual({ kind: "failed", at: voided.at });
  });

  it("is not under way for ever", () => {
    expect(earlierAttempt([held], 15_000, false)).toBeUndefined();
    expect(earlierAttempt([held, declined], 15_000, false)).toEqual({ kind: "failed", at: declined.at });
  });
});

describe("the clock of the engine", () => {
  it("is known from the deadline, and back", () => {
    const booking = { expiresAt: new Date(120_000).toISOString(), deadline: 5_000 };
    expect(engineTime(booking, 5_000)).toBe(120_000);
    expect(engineTime(booking, 4_000)).toBe(119_000);
    expect(pageTime(booking, engineTime(booking, 1_234))).toBe(1_234);
  });
});
