import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AVAILABLE } from "./model";
import { nearestSeats } from "./nearest-seats";
import { ids, indexes, planned } from "./testing";

/** What is offered for some seats of a plan, by ids. */
function nearest(rows: string[], wanted: string[], premiumRows = 0) {
  const { hall, codes } = planned({ rows, category: (y) => (y < premiumRows ? "premium" : "standard") });
  const seats = nearestSeats(hall, codes, indexes(hall, ...wanted));
  return seats && ids(hall, seats);
}

describe("nearestSeats", () => {
  it("offers the seat next to the one that is gone", () => {
    expect(nearest(["aaaaaaa", "aaashaa", "aaaaaaa"], ["B4"])).toEqual(["B3"]);
  });

  it("keeps a party together, as near as can be", () => {
    expect(nearest(["aaaa", "ahha", "aaaa"], ["B2", "B3"])).toEqual(["A2", "A3"]);
    expect(nearest(["aaaaaa", "aaaaaa", "ssssaa", "ahahas"], ["D2", "D3"])).toEqual(["B2", "B3"]);
  });

  it("offers what is still free of the wanted ones", () => {
    expect(nearest(["ssss", "saas"], ["B2", "B3"])).toEqual(["B2", "B3"]);
  });

  it("prefers the same category at a similar distance", () => {
    expect(nearest(["aaaaa", "sshss", "aaaaa"], ["B3"], 2)).toEqual(["A3"]);
    expect(nearest(["sssss", "sshss", "aaaaa"], ["B3"], 2)).toEqual(["C3"]);
  });

  it("splits a party over neighbouring rows when it must, leaving nobody alone", () => {
    expect(nearest(["saas", "saas", "hhhh"], ["C1", "C2", "C3", "C4"])).toEqual(["A2", "A3", "B2", "B3"]);
    expect(nearest(["aasasss", "aasssss", "asssshh"], ["C1", "C2", "C6", "C7"])).toEqual(["A1", "A2", "B1", "B2"]);
  });

  it("takes single seats when there is nothing else", () => {
    expect(nearest(["asssa", "sssss", "sssss", "sssss", "sssss", "sssss", "asssh"], ["G5", "G1", "G2"])).toEqual([
      "A1",
      "A5",
      "G1",
    ]);
  });

  it("gives a wheelchair place for a wheelchair place", () => {
    expect(nearest(["aaaa", "wcaa", "aaaa", "wcaa"], ["B1", "B2"])).toEqual(["B1", "B2"]);
    const { hall, codes } = planned({ rows: ["aaaa", "wcaa", "aaaa", "wcaa"] });
    const gone = indexes(hall, "B1", "B2");
    for (const seat of gone) codes[seat] = 1;
    expect(ids(hall, nearestSeats(hall, codes, gone) ?? [])).toEqual(["D1", "D2"]);
  });

  it("gives wheelchair places to others only when nothing else is left", () => {
    expect(nearest(["aaaaaaa", "sssssww", "sssssss", "ssssshh"], ["D6", "D7"])).toEqual(["A6", "A7"]);
    expect(nearest(["sssssww", "ssssshh"], ["B6", "B7"])).toEqual(["A6", "A7"]);
  });

  it("is asked for nothing", () => {
    expect(nearest(["aaa"], [])).toEqual([]);
  });

  it("finds as many free seats as wanted, side by side if any are, and fails only if there are fewer", () => {
    const row = fc.string({ unit: fc.constantFrom("a", "a", "h", "s", " ", "w", "c"), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (rows, numbers) => {
        const { hall, codes } = planned({ rows: rows.map((plan) => `${plan}  ${"h".repeat(plan.length)}`) });
        const n = 1 + ((numbers.next().value ?? 0) % 6);
        const wanted = new Set<number>();
        while (wanted.size < Math.min(n, hall.seats.length))
          wanted.add((numbers.next().value ?? 0) % hall.seats.length);

        const seats = nearestSeats(hall, codes, [...wanted]);
        const free = codes.filter((code) => code === AVAILABLE).length;
        expect(seats === undefined).toBe(free < wanted.size);
        if (!seats) return;
        expect(new Set(seats).size).toBe(wanted.size);
        for (const seat of seats) expect(codes[seat]).toBe(AVAILABLE);
        const plain = [...wanted].every((seat) => hall.seats[seat]?.kind === "standard");
        if (plain && rows.some((plan) => plan.includes("a".repeat(wanted.size)))) {
          const places = seats.map((seat) => hall.seats[seat]);
          expect(new Set(places.map((seat) => seat?.row)).size).toBe(1);
          expect((places.at(-1)?.x ?? 0) - (places[0]?.x ?? 0)).toBe(wanted.size - 1);
        }
      }),
      { numRuns: 300 },
    );
  });
});
