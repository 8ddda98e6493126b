import { useEffect, useState, useSyncExternalStore } from "react";
import type { Hall, SeatStates } from "../model";
import { LiveConnection, type LiveSeats } from "./connection";

/**
 * The seats of a showtime as they are now. `initial` is what is shown until the live map is there; a later
 * one is taken if it is newer than what is known.
 */
export function useLiveSeats(hall: Hall, initial: SeatStates): LiveSeats {
  const [live, setLive] = useState(() => new LiveConnection(hall, initial));
  if (live.hall.showtimeId !== hall.showtimeId) setLive(new LiveConnection(hall, initial));
  useEffect(() => live.offer(initial), [live, initial]);
  return useSyncExternalStore(live.subscribe, live.snapshot);
}
