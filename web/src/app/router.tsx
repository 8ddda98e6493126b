import { createBrowserRouter } from "react-router";
import { Loading } from "@/components/loading";
import { Layout } from "./layout";
import { Broken } from "./broken";
import { NotFound } from "./not-found";
import ShowingsRoute from "./routes/showings";

/** Stands in the frame of the page until its part is loaded, for whoever comes to it by its address. */
const HydrateFallback = () => <Loading what="One moment…" />;

/** The first view comes with the page; each of the others when it is gone to. */
export const router = createBrowserRouter([
  {
    Component: Layout,
    ErrorBoundary: Broken,
    children: [
      { index: true, Component: ShowingsRoute },
      {
        path: "showtimes/:id",
        HydrateFallback,
        lazy: async () => ({ Component: (await import("./routes/showtime")).default }),
      },
      {
        path: "bookings",
        HydrateFallback,
        lazy: async () => ({ Component: (await import("./routes/bookings")).default }),
      },
      {
        path: "bookings/:id",
        HydrateFallback,
        lazy: async () => ({ Component: (await import("./routes/booking")).default }),
      },
      { path: "*", Component: NotFound },
    ],
  },
]);
