import { describe, expect, it } from "vitest";
import type { BookedSeat } from "@/lib/api/types";
import { cancelledWords } from "./cancelled-words";

const price = { amount: "12.00", currency: "USD" };
const seats: BookedSeat[] = [5, 6].map((number) => ({
  id: `E${number}`,
  row: "E",
  number,
  category: "standard",
  price,
}));

describe("a cancelled booking", () => {
  it("frees its seats, whoever cancelled it", () => {
    expect(cancelledWords({ reason: "customer", seats })).toEqual({
      title: "This booking is cancelled",
      what: "E5 and E6 are back on sale.",
      again: true,
    });
    expect(cancelledWords({ reason: "operator", seats: seats.slice(1) }).what).toBe(
      "The box office cancelled it. E6 is back on sale.",
    );
    expect(cancelledWords({ seats: [] }).what).toBe("It did not get as far as holding any seats.");
  });

  it("says that the bank did not keep its promise", () => {
    expect(cancelledWords({ reason: "uncollectable", seats }).what).toBe(
      "Your bank could not pay what it had promised. E5 and E6 are back on sale.",
    );
  });

  it("offers nothing of a showing that does not take place", () => {
    const words = cancelledWords({ reason: "showtime", seats });
    expect(words).toMatchObject({ title: "This showing was cancelled", again: false });
    expect(words.what).not.toContain("on sale");
  });
});
