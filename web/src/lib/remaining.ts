/**
 * The arithmetic of a hold that runs out. Everything is in milliseconds; a deadline is on the page's own
 * clock (`performance.now()`), which no change of the device's clock moves.
 */

/** By how much two estimates of the same deadline may differ because of the time that their answers took. */
const jitter = 2_000;

/** What is left until the deadline in whole seconds, rounded up, so that 0 is the end and nothing before it. */
export function remainingAt(deadline: number, now: number): number {
  return Math.max(0, Math.ceil((deadline - now) / 1000)) * 1000;
}

/** After how long {@link remainingAt} changes next; undefined once it has reached 0, and where there is no end. */
export function nextChange(deadline: number, now: number): number | undefined {
  const left = deadline - now;
  if (left <= 0 || left === Infinity) return undefined;
  return left % 1000 === 0 ? 1000 : left % 1000;
}

/**
 * The deadline to go by, when it is asked for again and again. An estimate errs towards too early, so the
 * later of two is the better one. But one that is earlier by much says that this page's clock stood still,
 * as it may while a device sleeps: then the new one counts.
 */
export function steady(kept: number, next: number): number {
  return next <= kept && kept - next < jitter ? kept : next;
}

/** Of the holds that wait for payment the one that ends first. */
export function endingFirst<T extends { status: string; deadline: number }>(bookings: readonly T[]): T | undefined {
  return bookings.filter((b) => b.status === "pending").sort((a, b) => a.deadline - b.deadline)[0];
}

/** From here on a countdown looks urgent. */
export const urgentBelow = 30_000;

const spokenFor = 5_000;
const spoken = [
  { at: 60_000, words: "One minute left." },
  { at: 30_000, words: "30 seconds left." },
  { at: 10_000, words: "10 seconds left." },
];

/** What is read out at this moment: something at three moments, and nothing in between. */
export function spokenAt(remaining: number): string {
  return spoken.find(({ at }) => remaining <= at && remaining > at - spokenFor)?.words ?? "";
}
