import { Clock } from "lucide-react";
import { formatRuntime } from "@/lib/time";
import { Poster } from "./poster";
import type { MovieOnDay } from "./programme";
import { ShowtimeTile } from "./showtime-tile";

/** A movie and when it is on, that day. */
export function MovieCard({ movie, showtimes }: MovieOnDay) {
  return (
    <article aria-labelledby={`movie-${movie.id}`} className="border-line flex gap-4 border-b py-6 last:border-0">
      <Poster id={movie.id} title={movie.title} className="aspect-2/3 w-20 shrink-0 self-start sm:w-32" />
      <div className="min-w-0 flex-1 space-y-3">
        <div>
          <h2 id={`movie-${movie.id}`} className="text-xl leading-tight font-bold sm:text-2xl">
            {movie.title}
          </h2>
          {movie.tagline && <p className="text-muted mt-1">{movie.tagline}</p>}
          <p className="text-muted mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <span className="flex items-center gap-1">
              <Clock aria-hidden className="size-4" />
              {formatRuntime(movie.runtimeMinutes)}
            </span>
            {movie.rating && <span className="ring-edge rounded-md px-1.5 font-semibold ring-1">{movie.rating}</span>}
          </p>
        </div>
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {showtimes.map((showtime) => (
            <li key={showtime.id}>
              <ShowtimeTile showtime={showtime} />
            </li>
          ))}
        </ul>
      </div>
    </article>
  );
}
