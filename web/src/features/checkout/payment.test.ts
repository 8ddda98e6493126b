import { describe, expect, it } from "vitest";
import { Problem } from "@/lib/api/problem";
import { isOpen, setbackOf } from "./payment";

const network = new Problem("network", "The box office cannot be reached");
const slow = new Problem("provider_unavailable", "the payment provider does not answer", { status: 503 });
const busy = new Problem("unavailable", "temporal does not answer", { status: 503 });
const gateway = new Problem("gateway", "The answer cannot be read", { status: 503 });
const broken = new Problem("internal", "", { status: 500 });
const declined = new Problem("payment_declined", "the card was declined", { status: 402 });
const late = new Problem("hold_expired", "the hold has ended", { status: 409 });
const notPayable = new Problem("not_payable", "another payment is being decided", { status: 409 });

describe("a payment that came to nothing", () => {
  it("tells what the bank said", () => {
    expect(setbackOf(declined, "pending")).toEqual({ kind: "declined", said: "The card was declined." });
  });

  it.each([network, gateway, broken, busy, slow])("knows nothing when no answer came (%#)", (lost) => {
    expect(setbackOf(lost, "pending")).toEqual({ kind: "lost", since: "pending" });
    expect(setbackOf(lost, undefined)).toEqual({ kind: "lost", since: "unreachable" });
  });

  it("leaves the word to the booking once that has moved on", () => {
    expect(setbackOf(network, "confirmed")).toBeUndefined();
    expect(setbackOf(slow, "expired")).toBeUndefined();
    expect(setbackOf(late, "expired")).toBeUndefined();
    expect(setbackOf(notPayable, "confirmed")).toBeUndefined();
    expect(setbackOf(notPayable, "cancelled")).toBeUndefined();
  });

  it("knows that the hold ended before the booking says so", () => {
    expect(setbackOf(late, "pending")).toEqual({ kind: "late" });
  });

  it("knows of a payment that is under way elsewhere", () => {
    expect(setbackOf(notPayable, "pending")).toEqual({ kind: "underway" });
  });

  it("does not hide what it does not know", () => {
    const odd = new Problem("invalid_request", "token is missing", { status: 422 });
    expect(() => setbackOf(odd, "pending")).toThrow(odd);
    const bug = new TypeError("x is not a function");
    expect(() => setbackOf(bug, "pending")).toThrow(bug);
  });
});

describe("a payment that may still go through", () => {
  it("is looked after, and no other", () => {
    expect(isOpen({ kind: "lost", since: "pending" })).toBe(true);
    expect(isOpen({ kind: "underway" })).toBe(true);
    expect(isOpen({ kind: "declined", said: "No." })).toBe(false);
    expect(isOpen({ kind: "late" })).toBe(false);
    expect(isOpen(undefined)).toBe(false);
  });
});
