import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { CancelledShowing } from "@/app/showtime/cancelled-showing";
import { SeatPicker } from "@/app/showtime/seat-picker";
import { buttonStyle } from "@/components/button";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import { isProblem } from "@/lib/api/problem";
import { seatsQuery, showtimeQuery } from "@/lib/api/queries";
import { useLastError } from "@/lib/use-last-error";
import { useTitle } from "@/lib/use-title";

/** The seats of a showtime. */
export default function ShowtimeRoute() {
  const { id = "" } = useParams();
  // Another showtime is another page: what failed of one says nothing of the next.
  return <OneShowtime key={id} id={id} />;
}

function OneShowtime({ id }: { id: string }) {
  const showtime = useQuery(showtimeQuery(id));
  const seats = useQuery(seatsQuery(id));
  useTitle(showtime.data?.movie.title ?? "Seats");

  const noShowtime = useLastError(showtime);
  const noSeats = useLastError(seats);
  const error = noShowtime ?? noSeats;
  if (showtime.data?.cancelledAt) return <CancelledShowing showtime={showtime.data} />;
  if (showtime.data && seats.data) return <SeatPicker showtime={showtime.data} map={seats.data} />;
  if (isProblem(error, "showtime_not_found")) return <NoShowtime />;
  if (error) {
    return (
      <div className="mx-auto w-full max-w-xl p-4">
        <Failure
          title="The seats cannot be shown just now"
          error={error}
          busy={showtime.isFetching || seats.isFetching}
          retry={() => {
            void showtime.refetch();
            void seats.refetch();
          }}
        />
      </div>
    );
  }
  return <Loading what="Opening the doors" />;
}

function NoShowtime() {
  return (
    <div className="mx-auto max-w-md space-y-4 px-4 py-20 text-center">
      <h1 className="text-3xl font-bold">There is no such showing</h1>
      <p className="text-muted">It may be over, or the link is mistyped.</p>
      <Link to="/" className={buttonStyle()}>
        See what is on
      </Link>
    </div>
  );
}
