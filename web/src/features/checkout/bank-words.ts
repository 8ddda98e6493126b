import type { Payment } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";

/** What an open payment waits for. */
export type Stage =
  /** An answer of the customer, here. */
  | "challenge"
  /** The customer's visit to the page of the bank. */
  | "redirect"
  /** A window of the provider that this page cannot open. */
  | "script"
  /** The bank alone. */
  | "waiting";

export function stageOf({ action }: Pick<Payment, "action">): Stage {
  if (!action) return "waiting";
  if (action.type === "challenge") return "challenge";
  return action.type === "redirect" && pageOf(action.url) ? "redirect" : "script";
}

/** The address of a page; whatever else an address may be is not followed. */
export const pageOf = (url = "") => (/^https?:\/\//i.test(url) ? url : undefined);

export function bankWords(payment: Pick<Payment, "action" | "amount">): { title: string; text: string } {
  const amount = formatMoney(payment.amount);
  switch (stageOf(payment)) {
    case "challenge":
      return {
        title: "Your bank asks you to approve this payment",
        text: `Do you want to pay ${amount} for these seats? They are kept while you answer.`,
      };
    case "redirect":
      return {
        title: "Your bank wants to hear it from you",
        text: `Approve the payment of ${amount} on your bank’s own page, then come back here. Your seats are kept meanwhile.`,
      };
    case "script":
      return {
        title: "This payment cannot go on here",
        text: "It needs a window of the payment provider, which this page cannot open. Choose another way to pay.",
      };
    case "waiting":
      return {
        title: "Your bank is still deciding",
        text: `It was asked for ${amount} and takes its time. You need not do anything: your seats are kept meanwhile, and your ticket appears here. You cannot be charged twice.`,
      };
  }
}
