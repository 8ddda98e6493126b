import type { ReactNode } from "react";
import { ShowtimeFacts } from "@/components/showtime-facts";
import type { KnownBooking, Showtime } from "@/lib/api/types";
import { formatMoney } from "@/lib/money";
import { countOf, seatName } from "@/lib/seats";
import { useCategoryNames } from "@/lib/use-category-names";

interface OrderSummaryProps {
  booking: KnownBooking;
  showtime: Showtime;
  /** What can be done about the seats. */
  children?: ReactNode;
}

/** What is about to be paid for. */
export function OrderSummary({ booking, showtime, children }: OrderSummaryProps) {
  const categoryName = useCategoryNames(booking.showtimeId);
  return (
    <section aria-label="Your order" className="bg-surface ring-line rounded-2xl p-4 ring-1 sm:p-5">
      <h2 className="text-xl leading-tight font-bold">{showtime.movie.title}</h2>
      <ShowtimeFacts showtime={showtime} className="mt-2 text-sm" />
      <ul className="border-line divide-line mt-3 divide-y border-y">
        {booking.seats.map((seat) => (
          <li key={seat.id} className="flex items-baseline gap-3 py-2">
            <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2.5">
              <span className="font-semibold">{seatName(seat)}</span>
              <span className="text-muted text-sm">{categoryName(seat.category)}</span>
            </span>
            <span className="tabular-nums">{formatMoney(seat.price)}</span>
          </li>
        ))}
      </ul>
      <p className="flex items-baseline justify-between gap-4 pt-3 font-bold">
        <span>
          Total <span className="text-muted font-normal">for {countOf(booking.seats.length, "seat")}</span>
        </span>
        <span className="text-2xl tabular-nums">{formatMoney(booking.total)}</span>
      </p>
      {children}
    </section>
  );
}
