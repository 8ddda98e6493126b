import type { ComponentProps, ReactNode } from "react";
import { Link } from "react-router";
import type { Showtime } from "@/lib/api/types";
import { buttonStyle } from "./button";
import { Figure } from "./figure";
import { PageHeading } from "./page-heading";
import { ShowtimeFacts } from "./showtime-facts";

interface EndedBookingProps extends ComponentProps<typeof Figure> {
  title: string;
  /** It happened just now, in front of whoever reads this. */
  live: boolean;
  /** In a sentence or two. */
  what: ReactNode;
  /** What else there is to say of it. */
  more?: ReactNode;
  /** Undefined where it could not be loaded: the rest is true without it. */
  showtime: Showtime | undefined;
  /** Below the facts of the showtime. */
  children?: ReactNode;
  /** The way back to seats of this showtime; undefined where there is none. */
  again: { to: string; words: string } | undefined;
}

/** A booking that came to nothing: what happened, what it was for, and where to go from here. */
export function EndedBooking({ title, live, what, more, showtime, children, again, ...figure }: EndedBookingProps) {
  return (
    <div className="mx-auto max-w-xl text-center">
      <Figure {...figure} />
      <PageHeading arrive={live} className="mt-5">
        {title}
      </PageHeading>
      <p className="text-muted mt-2 text-lg text-balance">{what}</p>
      {more}
      {showtime && (
        <div className="bg-surface ring-line mt-6 rounded-2xl p-5 text-left ring-1">
          <h2 className="text-lg font-bold">{showtime.movie.title}</h2>
          <ShowtimeFacts showtime={showtime} className="mt-2 text-sm" />
          {children}
        </div>
      )}
      <div className="mt-6 flex flex-col gap-2 sm:flex-row sm:justify-center">
        {again && (
          <Link to={again.to} className={buttonStyle("primary", "min-h-12")}>
            {again.words}
          </Link>
        )}
        <Link to="/" className={buttonStyle(again ? "secondary" : "primary", "min-h-12")}>
          See all showings
        </Link>
      </div>
    </div>
  );
}
