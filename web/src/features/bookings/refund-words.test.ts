import { describe, expect, it } from "vitest";
import type { Payment } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { refundOf, refundWords } from "./refund-words";

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
