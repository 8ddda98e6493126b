import { locale } from "./locale";

const clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
const dated = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const leaf = {
  weekday: new Intl.DateTimeFormat(locale, { weekday: "short" }),
  month: new Intl.DateTimeFormat(locale, { month: "short" }),
};
const longParts = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" } as const;
const long = new Intl.DateTimeFormat(locale, longParts);
const longZoned = new Intl.DateTimeFormat(locale, { ...longParts, timeZoneName: "short" });
const zoned = new Intl.DateTimeFormat(locale, { hour: "numeric", timeZoneName: "short" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });

/** `7:30 PM` */
export const formatClock = (at: string) => clock.format(new Date(at));
/** `Thu, Nov 26` */
export const formatDay = (at: string) => day.format(new Date(at));
/** `Thu, Nov 26, 2026`: for what is kept. */
export const formatDate = (at: string) => dated.format(new Date(at));
/** `Thu`, `26`, `Nov`: as on the leaf of a calendar. */
export function calendarLeaf(at: string): { weekday: string; day: number; month: string } {
  const date = new Date(at);
  return { weekday: leaf.weekday.format(date), day: date.getDate(), month: leaf.month.format(date) };
}
/** `Thursday, November 26 at 7:30 PM` */
export const formatMoment = (at: string) => long.format(new Date(at));
/** `Thursday, November 26 at 7:30 PM UTC`: where one must not be mistaken about what the time is meant in. */
export const formatZonedMoment = (at: string) => longZoned.format(new Date(at));
/** The zone of all these times at a moment, as the device has it: `UTC`, `GMT+1`. */
export const formatZone = (at: string) =>
  zoned.formatToParts(new Date(at)).find((part) => part.type === "timeZoneName")?.value ?? "";
/** With seconds, for histories. */
export const formatExact = (at: string) => exact.format(new Date(at));

/** The day a moment falls on, as the reader's calendar has it; equal for equal days. */
export function dayKey(at: string): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
}

/** `2:05`; whole seconds, rounded up, so that 0:00 is the end. */
export function formatRemaining(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** `2 h 8 min` */
export function formatRuntime(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
