import { useInfiniteQuery } from "@tanstack/react-query";
import { useLocation } from "react-router";
import { TimeLeft } from "@/components/countdown";
import { bookingsQuery, loadedBookings } from "@/lib/api/queries";
import { endingFirst } from "@/lib/remaining";

/** On every page: how long the seats are still held that wait for payment. Not where the page itself says so. */
export function WaitingBadge() {
  const { data } = useInfiniteQuery(bookingsQuery);
  const { pathname } = useLocation();
  const waiting = endingFirst(loadedBookings(data));
  if (!waiting || pathname.startsWith("/bookings") || pathname === `/showtimes/${waiting.showtimeId}`) return null;
  return (
    <span className="bg-accent-soft text-accent rounded-full px-2 text-sm">
      <TimeLeft deadline={waiting.deadline} />
      <span className="sr-only"> left to pay</span>
    </span>
  );
}
