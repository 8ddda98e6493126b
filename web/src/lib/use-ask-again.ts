import { useQueryClient, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import { bookingsQuery, keys } from "./api/queries";

/** How often it is asked, in milliseconds. */
const every = 1_000;
/** For how long an answer that was lost is looked for, in milliseconds. */
const lookFor = 60_000;

/** A question that is under way is left to its answer: on a slow line asking again would always cut it off. */
export const renew = (queries: QueryClient, queryKey: QueryKey) =>
  queries.invalidateQueries({ queryKey }, { cancelRefetch: false });

/** Asks for the list of bookings until it says how a hold in it ended: that is not for the page to decide. */
export function useEndedHold(over: boolean): void {
  useAskAgain(over, bookingsQuery.queryKey);
}

/**
 * Looks how the bookings stand after a request of which nobody knows what became: it may still be under
 * way at the box office.
 */
export function useLostAnswer(lost: boolean): void {
  useAskAgain(lost, keys.bookings, lookFor);
}

/** Asks every second while `on`, for `most` milliseconds at the most. */
function useAskAgain(on: boolean, queryKey: QueryKey, most = Infinity): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!on) return;
    const end = performance.now() + most;
    const timer = setInterval(() => {
      if (performance.now() > end) clearInterval(timer);
      else void renew(queries, queryKey);
    }, every);
    return () => clearInterval(timer);
  }, [on, queries, queryKey, most]);
}
