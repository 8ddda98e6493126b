import { describe, expect, it } from "vitest";
import type { BookedSeat, Payment } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { expiredWords } from "./expired-words";

const total = { amount: "24.00", currency: "USD" };
const seat = (id: string): BookedSeat => ({
  id,
  row: "E",
  number: Number(id.slice(1)),
  category: "standard",
  price: total,
});
const booking = (status?: Payment["status"], ...ids: string[]) => ({
  seats: ids.map(seat),
  total,
  ...(status ? { payment: { id: "p", method: "sandbox", status, amount: total } } : {}),
});

describe("the end of a hold", () => {
  it("cost nothing where nobody paid, or the payment came to nothing", () => {
    for (const status of [undefined, "voided"] as const)
      expect(expiredWords(booking(status, "E5", "E6"), "Time ran out")).toBe(
        "Time ran out, and your seats E5 and E6 went back on sale. Nothing was charged.",
      );
  });

  it("does not say what only the bank knows", () => {
    expect(expiredWords(booking("open", "E5"), "Time ran out")).toBe(
      "Your bank has not answered yet. If the money arrives and your seat E5 is still free, it is yours. Otherwise nothing is charged, or it is given back.",
    );
    expect(expiredWords(booking("open", "E5", "E6"), "")).toContain(
      "your seats E5 and E6 are still free, they are yours",
    );
  });

  it("tells where money is that came when the seats were gone", () => {
    expect(expiredWords(booking("refunded", "E5"), "Time ran out")).toBe(
      `Time ran out, and your seat E5 went back on sale. The money came when it was gone. Your ${formatMoney(total)} was refunded.`,
    );
  });
});
