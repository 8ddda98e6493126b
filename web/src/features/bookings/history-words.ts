import type { HistoryItem, Money } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { formatClock } from "@/lib/time";

/** Gives the time of day of a moment. */
type Clock = (at: string) => string;

/** One thing that happened to a booking, as a sentence. What is not known here is shown as it is. */
export function sentenceOf(item: HistoryItem, clock: Clock = formatClock): string {
  const data = item.data ?? {};
  const amount = amountOf(data.amount);
  switch (item.type) {
    case "booking.held": {
      const total = amountOf(data.total);
      const until = data.expiresAt === undefined ? "" : ` until ${clock(data.expiresAt)}`;
      return `We held your seats${until}${total === "" ? "" : `, for ${total}`}.`;
    }
    case "booking.extended": {
      const until = data.expiresAt === undefined ? "" : ` until ${clock(data.expiresAt)},`;
      return `We kept your seats for longer,${until} while your bank decides.`;
    }
    case "booking.confirmed":
      if (data.reason === "late")
        return "The money came after your time was over. Your seats were still free, so they are yours.";
      return "Your booking was confirmed: the seats are yours.";
    case "booking.expired":
      return "The time to pay was over, and the seats went back on sale.";
    case "booking.cancelled":
      return cancelled(data.reason);
    case "booking.checked_in":
      return "Your ticket was shown at the door, and you were let in.";
    case "payment.open":
      return `Your bank was asked for ${amount || "the price"} and takes its time to decide.`;
    case "payment.authorized":
      return `Your bank agreed to pay ${amount || "the price"}.`;
    case "payment.captured":
      return `${amount || "The price"} was charged.`;
    case "payment.declined":
      return `Your bank declined to pay${amount === "" ? "" : ` ${amount}`}. Nothing was charged.`;
    case "payment.voided":
      return `A payment${amount === "" ? "" : ` of ${amount}`} came to nothing. Nothing was charged.`;
    case "payment.refund_due":
      return `${amount || "Your money"} came too late, and is to be given back to you.`;
    case "payment.refunded":
      return `${amount || "Your money"} was given back to you.`;
    default:
      return plain(item.type, data);
  }
}

function cancelled(reason: string | undefined): string {
  switch (reason) {
    case "customer":
      return "You cancelled the booking, and the seats went back on sale.";
    case "operator":
      return "The box office cancelled the booking, and the seats went back on sale.";
    case "showtime":
      return "The showing was cancelled, and your booking with it.";
    case "uncollectable":
      return "Your bank could not pay what it had promised, so the booking was cancelled and the seats went back on sale.";
    case "unsettled":
      return "The seats could not be held in time, so the booking was given up.";
    default:
      return "The booking was cancelled, and the seats went back on sale.";
  }
}

/** The engine writes amounts in histories as `15.00 USD`. */
export function amountOf(written: string | undefined): string {
  const parts = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(written ?? "");
  if (!parts) return written ?? "";
  const money: Money = { amount: parts[1] ?? "", currency: parts[2] ?? "" };
  return formatMoney(money);
}

function plain(type: string, data: Record<string, string>): string {
  const details = Object.entries(data).map(([name, value]) => `${name} ${value}`);
  return details.length === 0 ? type : `${type} (${details.join(", ")})`;
}
