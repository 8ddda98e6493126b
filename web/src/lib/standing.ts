import type { QueryClient } from "@tanstack/react-query";
import { bookingQuery } from "./api/queries";
import type { KnownBooking } from "./api/types";

/** How a booking stands after all; undefined where the box office cannot be asked. */
export async function standingOf(queries: QueryClient, id: string): Promise<KnownBooking | undefined> {
  // What is being fetched already may be of before the request in question.
  await queries.cancelQueries({ queryKey: bookingQuery(id).queryKey, exact: true });
  try {
    return await queries.query({ ...bookingQuery(id), staleTime: 0 });
  } catch {
    return undefined; // whoever asks shows it: that is what undefined is for
  }
}
