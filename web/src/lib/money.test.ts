import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMoney, sum } from "./money";

const dollars = (amount: string) => ({ amount, currency: "USD" });

describe("sum", () => {
  it("is nothing for nothing", () => {
    expect(sum([])).toBeUndefined();
  });

  it("adds what floating point numbers do not", () => {
    expect(sum([dollars("0.10"), dollars("0.20")])).toEqual(dollars("0.30"));
    expect(sum(Array<ReturnType<typeof dollars>>(10).fill(dollars("16.50")))).toEqual(dollars("165.00"));
  });

  it("keeps the places of the currency", () => {
    expect(sum([{ amount: "1500", currency: "JPY" }])).toEqual({ amount: "1500", currency: "JPY" });
    expect(sum([{ amount: "1.250", currency: "KWD" }])).toEqual({ amount: "1.250", currency: "KWD" });
    expect(sum([dollars("5"), dollars("0.50")])).toEqual(dollars("5.50"));
  });

  it("does not add what is of different currencies", () => {
    expect(() => sum([dollars("1.00"), { amount: "1.00", currency: "EUR" }])).toThrow(/EUR.*USD/);
  });

  it("is exact for any amounts in cents", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 20 }), (cents) => {
        const total = cents.reduce((a, b) => a + b, 0);
        expect(sum(cents.map((c) => dollars((c / 100).toFixed(2))))).toEqual(dollars((total / 100).toFixed(2)));
      }),
    );
  });
});

describe("formatMoney", () => {
  // Where the sign stands, and what separates, is the reader's English.
  const digits = (text: string) => text.replace(/\D/g, "");

  it("has the currency's sign and all its places", () => {
    expect(formatMoney(dollars("15.00"))).toContain("$");
    expect(digits(formatMoney(dollars("15.00")))).toBe("1500");
    expect(digits(formatMoney({ amount: "1500", currency: "JPY" }))).toBe("1500");
    expect(digits(formatMoney({ amount: "1.250", currency: "KWD" }))).toBe("1250");
  });
});
