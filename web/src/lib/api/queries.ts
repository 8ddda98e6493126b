import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { askAgainAfter, askForListAfter, keepAsking } from "./asking";
import { asGuest, ask, http, known, session } from "./client";
import type { KnownBooking, Ticket } from "./types";

interface BookingPage {
  items: KnownBooking[];
  nextCursor?: string;
}

/** All that was loaded of the guest's bookings. */
export const loadedBookings = (data: { pages: readonly BookingPage[] } | undefined): KnownBooking[] =>
  (data?.pages ?? []).flatMap((page) => page.items);

/** How often lists ask again, in milliseconds, while somebody looks at them. */
const listFreshness = 4_000;

/** What begins alike is made anew alike: `bookings` stands for all that is asked about bookings. */
export const keys = {
  showtimes: ["showtimes"] as const,
  showtime: (id: string) => ["showtimes", id] as const,
  bookings: ["bookings"] as const,
  bookingList: ["bookings", "list"] as const,
  booking: (id: string) => ["bookings", "one", id] as const,
  history: (id: string) => ["bookings", "one", id, "history"] as const,
  // Not with its booking: each time it is asked for it is signed anew, and a code must not change under a scanner.
  ticket: (id: string) => ["ticket", id] as const,
};

/** Every showtime from now on, page after page. */
export const showtimesQuery = queryOptions({
  queryKey: keys.showtimes,
  queryFn: async ({ signal }) => {
    const all = [];
    for (let cursor: string | undefined; ;) {
      const page = await ask(
        http.GET("/v1/showtimes", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } }, signal }),
      );
      all.push(...page.items);
      if (!page.nextCursor) return all;
      cursor = page.nextCursor;
    }
  },
  refetchInterval: ({ state }) => keepAsking(state.error, listFreshness),
});

export const showtimeQuery = (id: string) =>
  queryOptions({
    queryKey: keys.showtime(id),
    staleTime: 60_000,
    queryFn: ({ signal }) => ask(http.GET("/v1/showtimes/{id}", { params: { path: { id } }, signal })),
  });

/** The layout and prices; which seats are free comes over the live map. */
export const seatsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.showtime(id), "seats"],
    staleTime: Infinity,
    queryFn: ({ signal }) => ask(http.GET("/v1/showtimes/{id}/seats", { params: { path: { id } }, signal })),
  });

/** How one can pay. */
export const paymentMethodsQuery = queryOptions({
  queryKey: ["payment-methods"],
  staleTime: Infinity,
  queryFn: async ({ signal }) => (await ask(http.GET("/v1/payment-methods", { signal }))).items.map(({ id }) => id),
});

export const bookingQuery = (id: string) =>
  queryOptions({
    queryKey: keys.booking(id),
    queryFn: async ({ signal }): Promise<KnownBooking> => {
      const asked = performance.now();
      return known(
        await asGuest((headers) => ask(http.GET("/v1/bookings/{id}", { params: { path: { id } }, headers, signal }))),
        asked,
      );
    },
    refetchInterval: ({ state: { data, error } }) =>
      keepAsking(error, data ? askAgainAfter(data, performance.now()) : false),
  });

/** The guest's own bookings, newest first. Whoever is nobody yet has none, and does not become a guest for it. */
export const bookingsQuery = infiniteQueryOptions({
  queryKey: keys.bookingList,
  initialPageParam: "",
  queryFn: async ({ pageParam, signal }): Promise<BookingPage> => {
    if (!session.token) return { items: [] };
    const asked = performance.now();
    const query = pageParam === "" ? {} : { cursor: pageParam };
    const page = await asGuest((headers) => ask(http.GET("/v1/bookings", { params: { query }, headers, signal })));
    return { ...page, items: page.items.map((booking) => known(booking, asked)) };
  },
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: ({ state: { data, error } }) => keepAsking(error, askForListAfter(loadedBookings(data))),
});

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: keys.history(id),
    queryFn: async ({ signal }) =>
      (
        await asGuest((headers) =>
          ask(http.GET("/v1/bookings/{id}/history", { params: { path: { id } }, headers, signal })),
        )
      ).items,
  });

/** The signed token of a paid booking: what the code on its ticket says. Asked for once; any of them is the ticket. */
export const ticketQuery = (id: string) =>
  queryOptions({
    queryKey: keys.ticket(id),
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const ticket = await asGuest((headers) =>
        ask(http.GET("/v1/bookings/{id}/ticket", { params: { path: { id } }, headers, signal })),
      );
      return (ticket as Ticket).token; // the other formats are not asked for
    },
  });

/** The ticket as a sheet to print. */
export const ticketSheet = (id: string): Promise<Blob> =>
  asGuest((headers) =>
    ask(
      http.GET("/v1/bookings/{id}/ticket", {
        params: { path: { id }, query: { format: "pdf" } },
        headers,
        parseAs: "blob",
      }),
    ),
  );
