import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestSeats } from "./best-seats";
import { AVAILABLE, HELD, hallOf } from "./model";
import { nearestSeats } from "./nearest-seats";
import { runsOf } from "./runs";
import { arena, ids, indexes, planned } from "./testing";

/** The best `n` of a plan, by their ids. */
function best(n: number, rows: string[], options?: Parameters<typeof bestSeats>[3]) {
  const { hall, codes } = planned({ rows });
  const seats = bestSeats(hall, codes, n, options);
  return seats && ids(hall, seats);
}

describe("bestSeats", () => {
  it("sits people in the middle, two thirds back", () => {
    expect(best(1, Array<string>(7).fill("aaaaa"))).toEqual(["E3"]);
    expect(best(3, Array<string>(7).fill("aaaaa"))).toEqual(["E2", "E3", "E4"]);
  });

  it("takes what is free", () => {
    expect(best(1, ["aaaaa", "aasaa", "aahaa", "aabaa"])).not.toContain("C3");
    expect(best(2, ["ahs", "bha", "haa"])).toEqual(["C2", "C3"]);
  });

  it("sits nobody across an aisle or a taken seat", () => {
    expect(best(2, ["aas  saa"])).toEqual(["A1", "A2"]);
    expect(best(2, ["aa aa"])).not.toEqual(["A2", "A3"]);
    expect(best(3, ["aa aa"])).toBeUndefined();
    expect(best(2, ["asasa"])).toBeUndefined();
  });

  it("leaves no single seat where there is an equal choice", () => {
    // Rows B and D are as near to the best place as each other.
    expect(best(2, ["ssss", "aaas", "ssss", "saas"])).toEqual(["D2", "D3"]);
    expect(best(2, ["ssss", "saas", "ssss", "saaa"])).toEqual(["B2", "B3"]);
  });

  it("keeps to a category", () => {
    const { hall, codes } = planned({
      rows: ["aaa", "aaa", "aaa"],
      category: (y) => (y === 0 ? "premium" : "standard"),
    });
    expect(ids(hall, bestSeats(hall, codes, 2, { category: "premium" }) ?? [])).toEqual(["A1", "A2"]);
    expect(bestSeats(hall, codes, 2, { category: "none" })).toBeUndefined();
  });

  it("leaves out what it is told to", () => {
    const { hall, codes } = planned({ rows: ["aaa", "aaa"] });
    expect(ids(hall, bestSeats(hall, codes, 3, { exclude: new Set(indexes(hall, "B2")) }) ?? [])).toEqual([
      "A1",
      "A2",
      "A3",
    ]);
  });

  it("gives a companion's seat only when it must, and a wheelchair place never", () => {
    expect(best(2, ["aacc", "wwww"])).toEqual(["A1", "A2"]);
    expect(best(3, ["aacc", "wwww"])).toEqual(["A1", "A2", "A3"]);
    expect(best(1, ["www"])).toBeUndefined();
  });

  it("has nothing for nobody, or for more than there are", () => {
    expect(best(0, ["aaa"])).toBeUndefined();
    expect(best(4, ["aaa"])).toBeUndefined();
    expect(best(1, [])).toBeUndefined();
  });

  it("sits people before the stage where there are blocks", () => {
    const { hall, codes } = arena();
    const seats = bestSeats(hall, codes, 2) ?? [];
    expect(seats.map((seat) => hall.seats[seat]?.row)).toEqual(["F1-1", "F1-1"]);
    expect(Math.abs((hall.seats[seats[0] ?? 0]?.x ?? 0) - 90)).toBeLessThan(4);
  });

  it("finds seats exactly where there are some, and all side by side", () => {
    const row = fc.string({ unit: fc.constantFrom("a", "a", "a", "h", "s", " "), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 6 }), (rows, n) => {
        // The pitch of a row cannot be told from seats that all stand alone.
        const usable = rows.map((plan) => `${plan}  ${"h".repeat(plan.length)}`);
        const { hall, codes } = planned({ rows: usable });
        const seats = bestSeats(hall, codes, n);
        expect(seats !== undefined).toBe(usable.some((plan) => plan.includes("a".repeat(n))));
        for (const [i, seat] of (seats ?? []).entries()) {
          expect(codes[seat]).toBe(AVAILABLE);
          const first = hall.seats[seats?.[0] ?? -1];
          expect(hall.seats[seat]).toMatchObject({ row: first?.row, x: (first?.x ?? 0) + i });
        }
        expect(seats?.length ?? n).toBe(n);
      }),
    );
  });
});

describe("runsOf", () => {
  it("follows rows that are bent, and numbered from the middle", () => {
    const places = [
      [1, 0, 0],
      [3, 1, 0.2],
      [5, 1.9, 0.6],
      [2, -1, 0.2],
      [4, -1.9, 0.6],
      [6, -4, 1],
    ] as const;
    const { map } = planned({ rows: ["a"] });
    const [seat] = map.seats;
    if (!seat) throw new Error("the plan has no seat");
    const hall = hallOf({
      ...map,
      seats: places.map(([number, x, y]) => ({ ...seat, id: `A${number}`, number, x, y })),
    });
    expect(runsOf(hall).map((run) => ids(hall, run.seats))).toEqual([["A5", "A3", "A1", "A2", "A4"], ["A6"]]);
  });

  it("goes round a ring once", () => {
    const { map } = planned({ rows: ["aaaaaaaaaaaa"] });
    const seats = map.seats.map((seat, i) => ({
      ...seat,
      x: 2 * Math.cos((i * Math.PI) / 6),
      y: 2 * Math.sin((i * Math.PI) / 6),
    }));
    const [run, ...others] = runsOf(hallOf({ ...map, seats }));
    expect(others).toEqual([]);
    expect(new Set(run?.seats).size).toBe(12);
  });
});

describe("in an arena", () => {
  it("takes less than 10 ms, full of free seats or nearly sold out", () => {
    const { hall, codes } = arena();
    const sparse = codes.map((_, i) => (i % 3 === 1 ? AVAILABLE : HELD));
    const pairs = codes.map((_, i) => (i % 5 < 2 ? AVAILABLE : HELD));
    const wanted = indexes(hall, "104-12-3", "104-12-4", "104-12-5", "104-12-6");
    for (const now of [codes, sparse, pairs]) {
      expect(fastest(() => bestSeats(hall, now, 6))).toBeLessThan(10);
      expect(fastest(() => nearestSeats(hall, now, wanted))).toBeLessThan(10);
    }
  });
});

/** Milliseconds of the fastest of several runs: what else the machine does is not measured. */
function fastest(work: () => unknown): number {
  let least = Infinity;
  for (let i = 0; i < 12; i++) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}
