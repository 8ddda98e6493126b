import { useQuery, useQueryClient } from "@tanstack/react-query";
import clsx from "clsx";
import { useEffect, useState, type ReactNode } from "react";
import { useParams } from "react-router";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import { BookingNotFound, Cancelled, History, Ticket } from "@/features/bookings";
import { Checkout, Expired } from "@/features/checkout";
import { isProblem } from "@/lib/api/problem";
import { bookingQuery, keys, showtimeQuery } from "@/lib/api/queries";
import { useLastError } from "@/lib/use-last-error";
import { useRemaining } from "@/lib/use-remaining";
import { useTitle } from "@/lib/use-title";
import type { BookingStatus, KnownBooking, Showtime } from "@/lib/api/types";

/** One booking, in whichever state it is. */
export default function BookingRoute() {
  const { id = "" } = useParams();
  // Another booking is another page: nothing that was seen of one holds for the next.
  return (
    <div className="mx-auto w-full max-w-5xl flex-1 px-4 pt-6 pb-10 print:p-0">
      <OneBooking key={id} id={id} />
    </div>
  );
}

function OneBooking({ id }: { id: string }) {
  const query = useBooking(id);
  const error = useLastError(query);
  const booking = query.data;
  if (isProblem(error, "booking_not_found")) return <BookingNotFound />;
  // Once it is known, a failure to ask again is no news: it is asked again anyway.
  if (booking) return <Known booking={booking} />;
  return (
    <Meanwhile>
      {error ? (
        <Failure error={error} retry={() => void query.refetch()} busy={query.isFetching} title={notLoaded} />
      ) : (
        <Loading what="Looking up your booking…" />
      )}
    </Meanwhile>
  );
}

const notLoaded = "Your booking could not be loaded";

/** The page has its name before anybody knows what will stand on it. */
function Meanwhile({ children }: { children: ReactNode }) {
  useTitle("Your booking");
  return (
    <>
      <h1 className="sr-only">Your booking</h1>
      {children}
    </>
  );
}

function Known({ booking }: { booking: KnownBooking }) {
  const live = useChanged(booking.status);
  const query = useQuery(showtimeQuery(booking.showtimeId));
  const error = useLastError(query);
  const showtime = query.data;
  if (!showtime && !error) {
    return (
      <Meanwhile>
        <Loading what="Looking up your booking…" />
      </Meanwhile>
    );
  }
  return (
    <>
      <Standing
        booking={booking}
        showtime={showtime}
        live={live}
        failure={<Failure error={error} retry={() => void query.refetch()} busy={query.isFetching} title={notLoaded} />}
      />
      <div className={clsx("mx-auto mt-8 print:hidden", booking.status !== "pending" && "max-w-3xl")}>
        <History booking={booking} />
      </div>
    </>
  );
}

interface StandingProps {
  booking: KnownBooking;
  showtime: Showtime | undefined;
  live: boolean;
  /** Why there is no showtime. */
  failure: ReactNode;
}

function Standing({ booking, showtime, live, failure }: StandingProps) {
  if (booking.status === "expired") return <Expired booking={booking} showtime={showtime} live={live} />;
  if (booking.status === "cancelled") return <Cancelled booking={booking} showtime={showtime} live={live} />;
  if (!showtime) return <Meanwhile>{failure}</Meanwhile>;
  if (booking.status === "confirmed") return <Ticket booking={booking} showtime={showtime} live={live} />;
  return <Checkout booking={booking} showtime={showtime} />;
}

/** Whether the status has changed since the page was opened: in front of whoever reads it. */
function useChanged(status: BookingStatus): boolean {
  const [first] = useState(status);
  return status !== first;
}

function useBooking(id: string) {
  const queries = useQueryClient();
  const query = useQuery(bookingQuery(id));
  // Rendered again at the end of the hold, so that the shorter interval begins.
  useRemaining(query.data?.status === "pending" ? query.data.deadline : 0);
  useEffect(() => {
    // A page that comes back out of the browser's memory ("back") goes on as it was. When a hidden one is
    // looked at again the query asks by itself.
    const back = (event: PageTransitionEvent) => {
      if (event.persisted) void queries.invalidateQueries({ queryKey: keys.booking(id), exact: true });
    };
    window.addEventListener("pageshow", back);
    return () => window.removeEventListener("pageshow", back);
  }, [queries, id]);
  return query;
}
