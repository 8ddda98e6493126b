import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { historyQuery } from "./api/queries";
import type { KnownBooking } from "./api/types";

/** What happened to a booking: asked for again with every change of it, since something has happened then. */
export function useHistory(booking: KnownBooking, on = true) {
  const query = useQuery({ ...historyQuery(booking.id), enabled: on });
  const { refetch } = query;
  const standing = `${booking.status} ${booking.payment?.id} ${booking.payment?.status} ${booking.checkedInAt}`;
  useEffect(() => {
    if (on) void refetch({ cancelRefetch: false });
  }, [standing, on, refetch]);
  return query;
}
