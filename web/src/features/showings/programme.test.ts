import { expect, test } from "vitest";
import type { Showtime } from "@/lib/api/types";
import { daysOf, moviesOn } from "./programme";

function showtime(id: string, movie: string, startsAt: string): Showtime {
  return { id, startsAt, movie: { id: movie, title: movie, runtimeMinutes: 90 } } as Showtime;
}

// Local times without a zone: the days of the reader, wherever the test runs.
const programme = [
  showtime("4", "tide", "2030-05-02T21:00:00"),
  showtime("1", "lanterns", "2030-05-01T18:00:00"),
  showtime("3", "lanterns", "2030-05-02T18:00:00"),
  showtime("2", "tide", "2030-05-01T17:00:00"),
  showtime("5", "lanterns", "2030-05-01T23:59:59"),
];

test("days come once and in order", () => {
  expect(daysOf(programme)).toEqual([
    { key: "2030-05-01", at: "2030-05-01T17:00:00" },
    { key: "2030-05-02", at: "2030-05-02T18:00:00" },
  ]);
  expect(daysOf([])).toEqual([]);
});

test("movies of a day come by their first start, with all their times", () => {
  const day = moviesOn("2030-05-01", programme);
  expect(day.map((m) => [m.movie.id, m.showtimes.map((s) => s.id)])).toEqual([
    ["tide", ["2"]],
    ["lanterns", ["1", "5"]],
  ]);
  expect(moviesOn("2030-05-03", programme)).toEqual([]);
});
