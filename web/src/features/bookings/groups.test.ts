import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BookingStatus } from "@/lib/api/types";
import { groupOf, grouped, type Group } from "./groups";

const startsAt = "2026-11-23T19:30:00Z";
const start = Date.parse(startsAt);
const showtime = { startsAt, movie: { id: "m", title: "M", runtimeMinutes: 100 } };
const hour = 3_600_000;
const refund = { amount: "30.00", currency: "USD" };
const group = (status: BookingStatus, now: number) => groupOf({ status }, showtime, now);

describe("where a booking belongs", () => {
  it("follows its status first", () => {
    expect(group("pending", start + 9 * hour)).toBe("waiting");
    expect(group("expired", start - hour)).toBe("past");
    expect(group("cancelled", start - hour)).toBe("past");
  });

  it("is upcoming until the showing is over", () => {
    expect(group("confirmed", start - hour)).toBe("upcoming");
    expect(group("confirmed", start + 100 * 60_000 - 1)).toBe("upcoming");
    expect(group("confirmed", start + 100 * 60_000)).toBe("past");
  });

  it("believes the engine more than the device's clock", () => {
    expect(groupOf({ status: "confirmed", refund }, showtime, start + 9 * hour)).toBe("upcoming");
  });

  it("is upcoming as long as nobody knows when it is", () => {
    expect(groupOf({ status: "confirmed" }, undefined, start + 9 * hour)).toBe("upcoming");
  });
});

describe("groups", () => {
  it("lose nothing and keep the order", () => {
    const groups = fc.constantFrom<Group>("waiting", "upcoming", "past");
    fc.assert(
      fc.property(fc.array(groups), (of) => {
        const things = of.map((belongs, at) => ({ belongs, at }));
        const result = grouped(things, (thing) => thing.belongs);
        for (const [name, members] of Object.entries(result)) {
          expect(members).toEqual(things.filter((thing) => thing.belongs === name));
        }
      }),
    );
  });
});
