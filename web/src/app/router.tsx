import { createBrowserRouter } from "react-router";
import { Layout } from "./layout";
import { Broken } from "./broken";
import { NotFound } from "./not-found";
import ShowingsRoute from "./routes/showings";

/** The first view comes with the page; each of the others when it is gone to. */
export const router = createBrowserRouter([
  {
    Component: Layout,
    ErrorBoundary: Broken,
    HydrateFallback: () => null,
    children: [
      { index: true, Component: ShowingsRoute },
      { path: "showtimes/:id", lazy: async () => ({ Component: (await import("./routes/showtime")).default }) },
      { path: "bookings", lazy: async () => ({ Component: (await import("./routes/bookings")).default }) },
      { path: "bookings/:id", lazy: async () => ({ Component: (await import("./routes/booking")).default }) },
      { path: "*", Component: NotFound },
    ],
  },
]);
