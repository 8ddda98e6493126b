import { describe, expect, it } from "vitest";
import type { Payment } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { costWords, refundOf, refundWords } from "./refund-words";

const total = { amount: "30.00", currency: "USD" };
const paid = (status: Payment["status"]) => ({
  total,
  payment: { id: "p", method: "sandbox", status, amount: total },
});

describe("the refund of a cancelled booking", () => {
  it.each([
    ["authorized", "underway"],
    ["captured", "underway"],
    ["refund_due", "underway"],
    ["refunded", "done"],
    ["voided", "none"],
    ["declined", "none"],
  ] as const)("with a payment that is %s is %s", (status, refund) => {
    expect(refundOf(paid(status))).toBe(refund);
  });

  it("is told in one sentence", () => {
    const usd = formatMoney(total);
    expect(refundWords(paid("refund_due"))).toBe(`Your refund of ${usd} is on its way.`);
    expect(refundWords(paid("refunded"))).toBe(`Your ${usd} was refunded.`);
    expect(refundWords(paid("voided"))).toBe("Nothing was charged.");
    expect(refundWords({ total })).toBe("Nothing was charged.");
  });
});

describe("what a booking costs, in a list", () => {
  const usd = formatMoney(total);
  it("is its price as long as it may be paid, or is", () => {
    expect(costWords({ status: "pending", total })).toBe(usd);
    expect(costWords({ status: "pending", ...paid("voided") })).toBe(usd);
    expect(costWords({ status: "confirmed", ...paid("captured") })).toBe(usd);
  });

  it("is nothing once it has ended without a payment", () => {
    expect(costWords({ status: "expired", total })).toBe("Nothing charged");
    expect(costWords({ status: "expired", ...paid("voided") })).toBe("Nothing charged");
    expect(costWords({ status: "cancelled", total })).toBe("Nothing charged");
  });

  it("is where the money is once a paid one is cancelled", () => {
    expect(costWords({ status: "cancelled", ...paid("refund_due") })).toBe(`${usd}, on its way back`);
    expect(costWords({ status: "cancelled", ...paid("refunded") })).toBe(`${usd} refunded`);
  });
});
