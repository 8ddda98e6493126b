import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { bookingsQuery } from "./api/queries";

/** How often the list is asked for again, in milliseconds, once the time of a hold in it is over. */
const askAgain = 1_000;

/** Asks for the list of bookings until it says how a hold in it ended: that is not for the page to decide. */
export function useEndedHold(over: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!over) return;
    const timer = setInterval(() => void queries.invalidateQueries({ queryKey: bookingsQuery.queryKey }), askAgain);
    return () => clearInterval(timer);
  }, [over, queries]);
}
