import type { Showtime } from "@/lib/api/types";
import { dayKey } from "@/lib/time";

export interface Day {
  /** As the reader's calendar has it, `2026-11-26`. */
  key: string;
  /** The first start of that day, to name it by. */
  at: string;
}

export interface MovieOnDay {
  movie: Showtime["movie"];
  showtimes: readonly Showtime[];
}

/** The days on which something is shown, in order. */
export function daysOf(showtimes: readonly Showtime[]): Day[] {
  const days = new Map<string, string>();
  for (const { startsAt } of inOrder(showtimes)) {
    const key = dayKey(startsAt);
    if (!days.has(key)) days.set(key, startsAt);
  }
  return [...days].map(([key, at]) => ({ key, at }));
}

/** What is shown on a day: movies by their first start, each with its times in order. */
export function moviesOn(day: string, showtimes: readonly Showtime[]): MovieOnDay[] {
  const movies = new Map<string, { movie: Showtime["movie"]; showtimes: Showtime[] }>();
  for (const showtime of inOrder(showtimes)) {
    if (dayKey(showtime.startsAt) !== day) continue;
    const entry = movies.get(showtime.movie.id);
    if (entry) entry.showtimes.push(showtime);
    else movies.set(showtime.movie.id, { movie: showtime.movie, showtimes: [showtime] });
  }
  return [...movies.values()];
}

const inOrder = (showtimes: readonly Showtime[]) =>
  [...showtimes].sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt) || a.id.localeCompare(b.id));
