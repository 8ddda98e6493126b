import type { Money } from "./api/types";
import { locale } from "./locale";

/** Decimal places of a currency, as its amounts are written. */
function places(amount: string): number {
  const point = amount.indexOf(".");
  return point < 0 ? 0 : amount.length - point - 1;
}

/** Adds amounts of one currency exactly, in minor units. */
export function sum(amounts: readonly Money[]): Money | undefined {
  const [first] = amounts;
  if (!first) return undefined;
  const digits = Math.max(...amounts.map((m) => places(m.amount)));
  let minor = 0;
  for (const m of amounts) {
    if (m.currency !== first.currency) throw new Error(`${m.currency} cannot be added to ${first.currency}`);
    minor += Math.round(Number(m.amount) * 10 ** digits);
  }
  return { amount: (minor / 10 ** digits).toFixed(digits), currency: first.currency };
}

const formats = new Map<string, Intl.NumberFormat>();

/** `$15.00`, as the reader's English writes it. */
export function formatMoney(money: Money): string {
  const digits = places(money.amount);
  const key = `${money.currency} ${digits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency: money.currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  return format.format(Number(money.amount));
}
