import { describe, expect, it } from "vitest";
import type { Payment } from "./api/types";
import { formatMoney } from "./money";
import { costWords, promiseWords, refundOf, refundWords } from "./refund-words";

const money = (amount: string) => ({ amount, currency: "USD" });
const total = money("30.00");
const paid = (status: Payment["status"], refund?: string) => ({
  total,
  payment: { id: "p", method: "sandbox", status, amount: total, ...(refund ? { refund: money(refund) } : {}) },
});
const usd = formatMoney(total);
const half = formatMoney(money("15.00"));

describe("the refund of a booking that came to nothing", () => {
  it.each([
    ["open", "undecided"],
    ["authorized", "settling"],
    ["captured", "kept"],
    ["refund_due", "underway"],
    ["refunded", "done"],
    ["voided", "none"],
    ["declined", "none"],
  ] as const)("with a payment that is %s is %s", (status, refund) => {
    expect(refundOf(paid(status))).toBe(refund);
  });

  it("is told in a sentence", () => {
    expect(refundWords(paid("refund_due", "30.00"))).toBe(`Your refund of ${usd} is on its way.`);
    expect(refundWords(paid("refunded", "30.00"))).toBe(`Your ${usd} was refunded.`);
    expect(refundWords(paid("refunded"))).toBe(`Your ${usd} was refunded.`);
    expect(refundWords(paid("voided"))).toBe("Nothing was charged.");
    expect(refundWords({ total })).toBe("Nothing was charged.");
  });

  it("says of what it is a part", () => {
    expect(refundWords(paid("refund_due", "15.00"))).toBe(
      `Your refund of ${half} of the ${usd} that you paid is on its way.`,
    );
    expect(refundWords(paid("refunded", "15.00"))).toBe(`${half} of the ${usd} that you paid was refunded.`);
  });

  it("says that there is none, and never that nothing was charged while that is open", () => {
    expect(refundWords(paid("captured"))).toBe(`It was too late for a refund: nothing of your ${usd} is given back.`);
    for (const status of ["open", "authorized"] as const)
      expect(refundWords(paid(status))).not.toMatch(/nothing was charged/i);
  });
});

describe("what cancelling would give back", () => {
  it("is all, a part, or nothing", () => {
    expect(promiseWords(total, total)).toEqual({ sentence: `You get ${usd} back`, button: `Cancel and refund ${usd}` });
    expect(promiseWords(money("15.00"), total)).toEqual({
      sentence: `You get ${half} of your ${usd} back`,
      button: `Cancel and refund ${half}`,
    });
    expect(promiseWords(money("0.00"), total)).toEqual({
      sentence: `It is too late for a refund: you get nothing of your ${usd} back`,
      button: "Cancel without a refund",
    });
  });
});

describe("what a booking costs, in a list", () => {
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

  it("is not known while the bank decides", () => {
    expect(costWords({ status: "expired", ...paid("open") })).toBe("Payment not decided yet");
    expect(costWords({ status: "cancelled", ...paid("authorized") })).toBe("Payment being settled");
  });

  it("is where the money is once a paid one has ended", () => {
    expect(costWords({ status: "cancelled", ...paid("refund_due") })).toBe(`${usd}, on its way back`);
    expect(costWords({ status: "cancelled", ...paid("refunded", "15.00") })).toBe(`${half} refunded`);
    expect(costWords({ status: "expired", ...paid("refunded", "30.00") })).toBe(`${usd} refunded`);
    expect(costWords({ status: "cancelled", ...paid("captured") })).toBe(`${usd}, not refunded`);
  });
});
