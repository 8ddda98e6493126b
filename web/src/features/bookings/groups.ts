import type { Booking, Showtime } from "@/lib/api/types";

export type Group = "waiting" | "upcoming" | "past";

/**
 * Where a booking belongs among the others. `now` is the device's clock, in milliseconds since 1970, which
 * may be wrong: a booking that the engine would still refund is upcoming whatever it says.
 */
export function groupOf(
  booking: Pick<Booking, "status" | "refund">,
  showtime: Pick<Showtime, "startsAt" | "movie"> | undefined,
  now: number,
): Group {
  if (booking.status === "pending") return "waiting";
  if (booking.status !== "confirmed") return "past";
  if (booking.refund || !showtime) return "upcoming";
  const end = Date.parse(showtime.startsAt) + showtime.movie.runtimeMinutes * 60_000;
  return now < end ? "upcoming" : "past";
}

/** Puts things into their groups and keeps their order within each. */
export function grouped<T>(things: readonly T[], of: (thing: T) => Group): Record<Group, T[]> {
  const groups: Record<Group, T[]> = { waiting: [], upcoming: [], past: [] };
  for (const thing of things) groups[of(thing)].push(thing);
  return groups;
}
