import type { QueryClient } from "@tanstack/react-query";
import { keys } from "./api/queries";

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("holdfast.bookings");

/** The bookings changed by this tab's doing: every tab asks for them again. */
export async function bookingsChanged(queries: QueryClient): Promise<void> {
  channel?.postMessage("changed");
  await queries.invalidateQueries({ queryKey: keys.bookings });
}

/** Follows what the other tabs do; returns how to stop. */
export function followOtherTabs(queries: QueryClient): () => void {
  const refresh = () => void queries.invalidateQueries({ queryKey: keys.bookings });
  channel?.addEventListener("message", refresh);
  return () => channel?.removeEventListener("message", refresh);
}
