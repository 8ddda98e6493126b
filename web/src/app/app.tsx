import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { RouterProvider } from "react-router";
import { keepAsking, tryAgain, tryAgainAfter } from "@/lib/api/asking";
import { followOtherTabs } from "@/lib/tabs";
import { router } from "./router";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: tryAgain,
      retryDelay: tryAgainAfter,
      refetchInterval: ({ state }) => keepAsking(state.error),
      // The engine may well be reachable where the browser believes to be offline, and the other way round.
      networkMode: "always",
      // What is old, or failed, is asked for when the browser is online again; with "always" above it is not
      // by itself. The room of a showing never gets old: a new one would take the map from under one's hand.
      refetchOnReconnect: true,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

export function App() {
  useEffect(() => followOtherTabs(queries), []);
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
