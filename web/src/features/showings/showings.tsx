import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import { Notice } from "@/components/notice";
import { showtimesQuery } from "@/lib/api/queries";
import { useLastError } from "@/lib/use-last-error";
import { DayStrip } from "./day-strip";
import { MovieCard } from "./movie-card";
import { daysOf, moviesOn } from "./programme";

/** What is on, day by day. The day stands in the address, so that "back" returns to it. */
export function Showings() {
  const [search, setSearch] = useSearchParams();
  const query = useQuery(showtimesQuery);
  const { data } = query;
  const error = useLastError(query);
  if (query.isPending && !error) return <Loading what="Looking up what is on" />;
  // With a list that is a little old the failure is said above it, and the list stays.
  const failure = error && (
    <Failure
      error={error}
      retry={() => void query.refetch()}
      busy={query.isFetching}
      title="What is on could not be asked just now"
    />
  );
  const days = daysOf(data ?? []);
  const day = days.find((d) => d.key === search.get("day")) ?? days[0];
  if (!day) {
    return failure ?? <Notice title="Nothing is on sale yet">New showings appear here by themselves.</Notice>;
  }
  return (
    <>
      {failure}
      <DayStrip
        days={days}
        chosen={day.key}
        onChoose={(key) => setSearch({ day: key }, { replace: true, preventScrollReset: true })}
      />
      <div>
        {moviesOn(day.key, data ?? []).map((entry) => (
          <MovieCard key={entry.movie.id} {...entry} />
        ))}
      </div>
    </>
  );
}
