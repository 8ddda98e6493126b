import { describe, expect, it } from "vitest";
import { askAgainAfter, askForListAfter, keepAsking, tryAgain, tryAgainAfter } from "./asking";
import { Problem } from "./problem";
import type { BookingStatus, Payment } from "./types";

const network = new Problem("network", "");
const busy = new Problem("unavailable", "", { status: 503, retryAfter: 9 });
const refused = new Problem("booking_not_found", "", { status: 404 });

describe("asking again by itself", () => {
  it("leaves what is known alone, unless it has an interval of its own", () => {
    expect(keepAsking(null)).toBe(false);
    expect(keepAsking(null, 4_000)).toBe(4_000);
  });

  it("goes on until what could not be asked is known, with and without an interval of its own", () => {
    expect(keepAsking(network)).toBe(5_000);
    expect(keepAsking(network, false)).toBe(5_000);
    expect(keepAsking(network, 1_000)).toBe(1_000);
  });

  it("does not ask again what was refused", () => {
    expect(keepAsking(refused)).toBe(false);
    expect(keepAsking(new TypeError("x"))).toBe(false);
  });

  it("gives the engine the time that it asks for", () => {
    expect(keepAsking(busy)).toBe(9_000);
    expect(keepAsking(busy, 4_000)).toBe(9_000);
  });
});

describe("repeating a question", () => {
  it("is done three times, and never after a refusal", () => {
    expect([0, 1, 2, 3].map((failures) => tryAgain(failures, network))).toEqual([true, true, true, false]);
    expect(tryAgain(0, refused)).toBe(false);
  });

  it("takes longer each time, and at least as long as the engine asks for", () => {
    expect([0, 1, 2, 3, 9].map((failures) => tryAgainAfter(failures, network))).toEqual([
      500, 1_000, 2_000, 4_000, 4_000,
    ]);
    expect(tryAgainAfter(0, busy)).toBe(9_000);
  });
});

describe("a booking that is about to change", () => {
  const booking = (status: BookingStatus, payment?: Payment["status"]) => ({
    status,
    deadline: 1_000,
    ...(payment
      ? { payment: { id: "p", method: "sandbox", amount: { amount: "1.00", currency: "USD" }, status: payment } }
      : {}),
  });

  it.each([
    ["is held", booking("pending"), 5_000, 5_000],
    ["is paid", booking("confirmed", "captured"), false, false],
    ["is about to be charged", booking("confirmed", "authorized"), 2_000, 5_000],
    ["was cancelled and is settled just now", booking("cancelled", "authorized"), 2_000, 5_000],
    ["was cancelled too late for a refund", booking("cancelled", "captured"), false, false],
    ["waits for the bank", booking("pending", "open"), 1_500, 5_000],
    ["has ended while the bank decides", booking("expired", "open"), 2_000, 5_000],
    ["was cancelled while the bank decides", booking("cancelled", "open"), 2_000, 5_000],
    ["has its refund on its way", booking("cancelled", "refund_due"), 2_000, 5_000],
    ["was refunded", booking("cancelled", "refunded"), false, false],
    ["has ended", booking("expired"), false, false],
  ])("%s", (_, it, alone, listed) => {
    expect(askAgainAfter(it, 999)).toBe(alone);
    expect(askForListAfter([booking("expired"), it])).toBe(listed);
  });

  it("is asked for more often at the end of its hold", () => {
    expect(askAgainAfter(booking("pending"), 1_000)).toBe(1_000);
  });

  it("is none in an empty list", () => {
    expect(askForListAfter([])).toBe(false);
  });
});
