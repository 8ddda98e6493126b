import { useQuery, useQueryClient } from "@tanstack/react-query";
import clsx from "clsx";
import { useEffect, useState, type ReactNode } from "react";
import { useParams } from "react-router";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import { BookingNotFound, Cancelled, History, Ticket } from "@/features/bookings";
import { Checkout, Expired, useRemaining } from "@/features/checkout";
import { isProblem } from "@/lib/api/problem";
import { bookingQuery, keys, showtimeQuery } from "@/lib/api/queries";
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
  const { data: booking, error, refetch } = useBooking(id);
  if (isProblem(error, "booking_not_found")) return <BookingNotFound />;
  // Once it is known, a failure to ask again is no news: it is asked again anyway.
  if (booking) return <Known booking={booking} />;
  return (
    <Meanwhile>
      {error ? (
        <Failure error={error} retry={() => void refetch()} title={notLoaded} />
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
  const { data: showtime, error, refetch } = useQuery(showtimeQuery(booking.showtimeId));
  if (!showtime && !error) {
    return (
      <Meanwhile>
        <Loading what="Looking up your booking…" />
      </Meanwhile>
    );
  }
  return (
    <>
      <Standing booking={booking} showtime={showtime} live={live} retry={() => void refetch()} error={error} />
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
  error: Error | null;
  retry: () => void;
}

function Standing({ booking, showtime, live, error, retry }: StandingProps) {
  if (booking.status === "expired") return <Expired booking={booking} showtime={showtime} live={live} />;
  if (booking.status === "cancelled") return <Cancelled booking={booking} showtime={showtime} live={live} />;
  if (!showtime) {
    return (
      <Meanwhile>
        <Failure error={error} retry={retry} title={notLoaded} />
      </Meanwhile>
    );
  }
  if (booking.status === "confirmed") return <Ticket booking={booking} showtime={showtime} live={live} />;
  return <Checkout booking={booking} showtime={showtime} />;
}

/** Whether the status has changed since the page was opened: in front of whoever reads it. */
function useChanged(status: BookingStatus): boolean {
  const [first] = useState(status);
  return status !== first;
}

// How often a booking is asked for again, in milliseconds, while something is about to change.
const whileHeld = 5_000; // another tab may pay for it
const whileEnding = 1_000; // the engine is about to say that its time is over
const whileMoneyMoves = 2_000;
const whileUnknown = 5_000; // the box office could not be reached

function useBooking(id: string) {
  const queries = useQueryClient();
  const query = useQuery({ ...bookingQuery(id), refetchInterval: ({ state }) => askAgainAfter(state) });
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

function askAgainAfter({ data: booking, error }: { data: KnownBooking | undefined; error: Error | null }) {
  if (!booking) return isProblem(error) && error.passing && whileUnknown;
  if (booking.status === "pending") return booking.deadline <= performance.now() ? whileEnding : whileHeld;
  switch (booking.payment?.status) {
    case "authorized": // about to be taken
    case "refund_due":
      return whileMoneyMoves;
    case "captured":
      return booking.status === "cancelled" && whileMoneyMoves;
    default:
      return false;
  }
}
