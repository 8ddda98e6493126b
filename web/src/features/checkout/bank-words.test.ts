import { describe, expect, it } from "vitest";
import type { Payment } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { bankWords, pageOf, stageOf } from "./bank-words";

const amount = { amount: "24.00", currency: "USD" };
const open = (action?: Payment["action"]) => ({ amount, ...(action ? { action } : {}) });

describe("an open payment", () => {
  it.each([
    [undefined, "waiting"],
    [{ type: "challenge" }, "challenge"],
    [{ type: "redirect", url: "https://bank.example/3ds" }, "redirect"],
    [{ type: "redirect" }, "script"],
    [{ type: "redirect", url: "javascript:alert(1)" }, "script"],
    [{ type: "stripe_client_secret", data: { secret: "x" } }, "script"],
  ] as const)("with the action %j is %s", (action, stage) => {
    expect(stageOf(open(action))).toBe(stage);
  });

  it("is never said to have cost nothing", () => {
    for (const action of [
      undefined,
      { type: "challenge" },
      { type: "redirect", url: "https://b.example" },
      { type: "x" },
    ]) {
      expect(bankWords(open(action)).text).not.toMatch(/nothing (was|has been) charged/i);
    }
  });

  it("says what it waits for, and how much it is about", () => {
    expect(bankWords(open({ type: "challenge" }))).toEqual({
      title: "Your bank asks you to approve this payment",
      text: `Do you want to pay ${formatMoney(amount)} for these seats? They are kept while you answer.`,
    });
    expect(bankWords(open()).title).toBe("Your bank is still deciding");
    expect(bankWords(open({ type: "x" })).text).toContain("Choose another way to pay");
  });
});

describe("the address of the bank’s page", () => {
  it("is that of a page", () => {
    expect(pageOf("https://bank.example/x")).toBe("https://bank.example/x");
    expect(pageOf("data:text/html,x")).toBeUndefined();
    expect(pageOf()).toBeUndefined();
  });
});
