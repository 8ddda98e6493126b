import { describe, expect, it } from "vitest";
import { formatMoney } from "@/lib/money";
import { amountOf, sentenceOf } from "./history-words";

const at = "2026-11-22T21:40:00Z";
const clock = (moment: string) => moment.slice(11, 16);
const said = (type: string, data?: Record<string, string>) =>
  sentenceOf({ at, type, ...(data ? { data } : {}) }, clock);
// As the language of whoever runs this writes it.
const usd = formatMoney({ amount: "30.00", currency: "USD" });
const payment = { payment: "0198c0de", method: "sandbox", amount: "30.00 USD" };

describe("the history of a booking in words", () => {
  it.each([
    [
      "booking.held",
      { total: "30.00 USD", expiresAt: "2026-11-22T21:42:00.123456Z" },
      `We held your seats until 21:42, for ${usd}.`,
    ],
    [
      "booking.extended",
      { expiresAt: "2026-11-22T21:45:00Z" },
      "We kept your seats for longer, until 21:45, while your bank decides.",
    ],
    ["booking.confirmed", {}, "Your booking was confirmed: the seats are yours."],
    [
      "booking.confirmed",
      { reason: "late" },
      "The money came after your time was over. Your seats were still free, so they are yours.",
    ],
    ["booking.checked_in", { seats: "F7 F8" }, "Your ticket was shown at the door, and you were let in."],
    ["booking.expired", { reason: "deadline" }, "The time to pay was over, and the seats went back on sale."],
    ["booking.cancelled", { reason: "customer" }, "You cancelled the booking, and the seats went back on sale."],
    [
      "booking.cancelled",
      { reason: "operator" },
      "The box office cancelled the booking, and the seats went back on sale.",
    ],
    ["booking.cancelled", { reason: "showtime" }, "The showing was cancelled, and your booking with it."],
    [
      "booking.cancelled",
      { reason: "uncollectable" },
      "Your bank could not pay what it had promised, so the booking was cancelled and the seats went back on sale.",
    ],
    ["booking.cancelled", { reason: "unsettled" }, "The seats could not be held in time, so the booking was given up."],
    ["payment.open", payment, `Your bank was asked for ${usd} and takes its time to decide.`],
    ["payment.refund_due", payment, `${usd} came too late, and is to be given back to you.`],
    ["payment.authorized", payment, `Your bank agreed to pay ${usd}.`],
    ["payment.captured", payment, `${usd} was charged.`],
    ["payment.declined", payment, `Your bank declined to pay ${usd}. Nothing was charged.`],
    ["payment.voided", payment, `A payment of ${usd} came to nothing. Nothing was charged.`],
    ["payment.refunded", payment, `${usd} was given back to you.`],
  ])("%s", (type, data, words) => {
    expect(said(type, data)).toBe(words);
  });

  it("makes whole sentences where data is missing", () => {
    expect(said("booking.held")).toBe("We held your seats.");
    expect(said("payment.captured")).toBe("The price was charged.");
    expect(said("booking.cancelled")).toBe("The booking was cancelled, and the seats went back on sale.");
  });

  it("shows what it does not know as it is", () => {
    expect(said("booking.moved")).toBe("booking.moved");
    expect(said("booking.moved", { from: "F7", to: "G7" })).toBe("booking.moved (from F7, to G7)");
  });
});

describe("an amount in a history", () => {
  it("is written as money, with the places of its currency", () => {
    expect(amountOf("30.00 USD")).toBe(usd);
    expect(amountOf("1500 JPY")).toBe(formatMoney({ amount: "1500", currency: "JPY" }));
  });
  it("is left as it is when it cannot be read", () => {
    expect(amountOf("thirty")).toBe("thirty");
    expect(amountOf(undefined)).toBe("");
  });
});
