import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renew } from "./use-ask-again";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("asking again for a list", () => {
  it("gets answers, too, where they take longer than the time in between", async () => {
    const queries = new QueryClient({ defaultOptions: { queries: { networkMode: "always" } } });
    let answered = 0;
    const observer = new InfiniteQueryObserver(queries, {
      queryKey: ["list"],
      initialPageParam: "",
      getNextPageParam: () => undefined,
      // The signal is taken, as those who ask over the network do: without one nothing can be cut off.
      queryFn: ({ signal }) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => resolve(++answered), 1_300);
          signal.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(new DOMException("", "AbortError"));
          });
        }),
    });
    const stop = observer.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(answered).toBe(1);
    const timer = setInterval(() => void renew(queries, ["list"]), 1_000);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(answered).toBeGreaterThanOrEqual(4);
    clearInterval(timer);
    stop();
    queries.clear();
  });
});
