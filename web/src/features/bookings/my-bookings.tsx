import { useInfiniteQuery } from "@tanstack/react-query";
import { Ticket } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { Button, buttonStyle } from "@/components/button";
import { Figure } from "@/components/figure";
import { Failure } from "@/components/failure";
import { Loading } from "@/components/loading";
import { PageHeading } from "@/components/page-heading";
import { bookingsQuery, loadedBookings } from "@/lib/api/queries";
import { endingFirst } from "@/lib/remaining";
import { countOf } from "@/lib/seats";
import { useEndedHold } from "@/lib/use-ask-again";
import { useLastError } from "@/lib/use-last-error";
import { useRemaining } from "@/lib/use-remaining";
import { useTitle } from "@/lib/use-title";
import { BookingCard } from "./booking-card";
import { groupOf, grouped, type Group } from "./groups";
import { useShowtimes } from "./use-showtimes";

const sections: readonly { group: Group; title: string }[] = [
  { group: "waiting", title: "Waiting for payment" },
  { group: "upcoming", title: "Upcoming" },
  { group: "past", title: "Past and ended" },
];

/** Everything that the guest has booked. */
export function MyBookings() {
  useTitle("My bookings");
  const list = useInfiniteQuery(bookingsQuery);
  const error = useLastError(list);
  const bookings = loadedBookings(list.data);
  const showtimes = useShowtimes(bookings);
  const retry = () => void list.refetch();
  return (
    <>
      <PageHeading>My bookings</PageHeading>
      {!list.data && error ? (
        <div className="mt-6">
          <Failure error={error} retry={retry} busy={list.isFetching} title="Your bookings could not be loaded" />
        </div>
      ) : !list.data || showtimes.pending ? (
        <Loading what="Looking for your bookings…" />
      ) : bookings.length === 0 ? (
        <Empty />
      ) : (
        <>
          <EndedHolds bookings={bookings} />
          <Groups bookings={bookings} showtimes={showtimes.byId} now={list.dataUpdatedAt} />
          <More list={list} shown={bookings.length} />
        </>
      )}
    </>
  );
}

/** Sees to it that a hold whose time is over gets its end; shows nothing. One for all of them. */
function EndedHolds({ bookings }: Pick<GroupsProps, "bookings">) {
  useEndedHold(useRemaining(endingFirst(bookings)?.deadline ?? Infinity) === 0);
  return null;
}

interface GroupsProps {
  bookings: Parameters<typeof BookingCard>[0]["booking"][];
  showtimes: ReturnType<typeof useShowtimes>["byId"];
  now: number;
}

function Groups({ bookings, showtimes, now }: GroupsProps) {
  const groups = grouped(bookings, (booking) => groupOf(booking, showtimes.get(booking.showtimeId), now));
  return sections
    .filter(({ group }) => groups[group].length > 0)
    .map(({ group, title }) => (
      <section key={group} aria-labelledby={`group-${group}`} className="mt-8">
        <h2 id={`group-${group}`} className="text-muted mb-3 text-lg font-semibold">
          {title}
        </h2>
        <ul className="grid gap-3 lg:grid-cols-2">
          {groups[group].map((booking) => (
            <li key={booking.id}>
              <BookingCard booking={booking} showtime={showtimes.get(booking.showtimeId)} group={group} />
            </li>
          ))}
        </ul>
      </section>
    ));
}

interface MoreProps {
  list: Pick<
    ReturnType<typeof useInfiniteQuery>,
    "hasNextPage" | "isFetchingNextPage" | "isFetchNextPageError" | "error" | "fetchNextPage"
  >;
  shown: number;
}

/** The next page. Where there is none any more, the focus goes to where its button was. */
function More({ list, shown }: MoreProps) {
  const [asked, setAsked] = useState(false);
  const end = useRef<HTMLParagraphElement>(null);
  const ended = asked && !list.hasNextPage;
  useEffect(() => {
    if (ended) end.current?.focus();
  }, [ended]);
  const more = () => {
    setAsked(true);
    void list.fetchNextPage();
  };
  return (
    <div className="mt-8 text-center">
      {list.isFetchNextPageError ? (
        <Failure error={list.error} retry={more} />
      ) : list.hasNextPage ? (
        <Button look="secondary" busy={list.isFetchingNextPage} onClick={more}>
          Show more
        </Button>
      ) : (
        ended && (
          <p ref={end} tabIndex={-1} className="text-muted">
            That is all: {countOf(shown, "booking")}.
          </p>
        )
      )}
      <p role="status" className="sr-only">
        {asked && list.hasNextPage && !list.isFetchingNextPage ? `${countOf(shown, "booking")} shown.` : ""}
      </p>
    </div>
  );
}

function Empty() {
  return (
    <div className="mx-auto max-w-md py-14 text-center">
      <Figure icon={Ticket} tone="accent" />
      <h2 className="mt-6 text-2xl font-bold">Nothing booked yet</h2>
      <p className="text-muted mt-2 text-lg text-balance">
        Find a showing and choose your seats. Your tickets will be here.
      </p>
      <Link to="/" className={buttonStyle("primary", "mt-6 min-h-12 px-6")}>
        See what is on
      </Link>
    </div>
  );
}
