import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { RouterProvider } from "react-router";
import { isProblem } from "@/lib/api/problem";
import { followOtherTabs } from "@/lib/tabs";
import { router } from "./router";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the engine refused it refuses again; only what could not be asked is asked once more.
      retry: (failures, error) => isProblem(error) && error.passing && failures < 3,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
      // The engine may well be reachable where the browser believes to be offline, and the other way round.
      networkMode: "always",
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
