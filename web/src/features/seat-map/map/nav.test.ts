import { describe, expect, it } from "vitest";
import { AVAILABLE, SOLD, type Hall } from "../model";
import { hallEnd, neighbour, rowEnd, startSeat, type Direction } from "./nav";
import { planOf } from "./plan";
import { arenaHall, curvedHall, plainHall } from "./testing";

const directions: Direction[] = ["left", "right", "up", "down"];

function walker(hall: Hall) {
  const plan = planOf(hall);
  const index = (id: string) => hall.indexOf.get(id) ?? -1;
  return (from: string, direction: Direction) => hall.seats[neighbour(plan, index(from), direction)]?.id;
}

/** The seats that arrows lead to from a seat. */
function reached(hall: Hall, from: number): Set<number> {
  const plan = planOf(hall);
  const seen = new Set([from]);
  for (const seat of seen) for (const direction of directions) seen.add(neighbour(plan, seat, direction));
  return seen;
}

describe("neighbour", () => {
  it("stays in the row and crosses its aisle", () => {
    const go = walker(plainHall());
    expect(go("C5", "right")).toBe("C6");
    expect(go("C6", "left")).toBe("C5");
    expect(go("C10", "right")).toBe("C10");
    expect(go("C1", "left")).toBe("C1");
  });

  it("goes straight up and down, and stays at the ends", () => {
    const go = walker(plainHall());
    expect(go("C4", "up")).toBe("B4");
    expect(go("C4", "down")).toBe("D4");
    expect(go("A4", "up")).toBe("A4");
    expect(go("F4", "down")).toBe("F4");
  });

  it("stays in a curved row", () => {
    const go = walker(curvedHall());
    for (let n = 1; n < 16; n++) expect(go(`C${n}`, "right")).toBe(`C${n + 1}`);
  });

  it("changes the row by one when it goes up or down in a curved hall", () => {
    const hall = curvedHall();
    const plan = planOf(hall);
    hall.seats.forEach((seat, i) => {
      const below = hall.seats[neighbour(plan, i, "down")];
      if (seat.row !== "I") expect(below?.row).toBe(String.fromCharCode(seat.row.charCodeAt(0) + 1));
    });
  });

  it("goes on to the next block", () => {
    const go = walker(arenaHall());
    expect(go("F1-3-10", "right")).toBe("F2-3-1");
    expect(go("F2-3-1", "left")).toBe("F1-3-10");
  });

  it.each([
    ["plain", plainHall()],
    ["curved", curvedHall()],
    ["arena", arenaHall()],
  ])("traps nobody: every seat is reached from every seat (%s)", (_, hall) => {
    const n = hall.seats.length;
    expect(reached(hall, 0).size).toBe(n);
    // From all the others the first is reached: with the line above, all from all.
    const plan = planOf(hall);
    const before = hall.seats.map((): number[] => []);
    for (let seat = 0; seat < n; seat++) {
      for (const direction of directions) before[neighbour(plan, seat, direction)]?.push(seat);
    }
    const leadsHome = new Set([0]);
    for (const seat of leadsHome) for (const from of before[seat] ?? []) leadsHome.add(from);
    expect(leadsHome.size).toBe(n);
  });
});

describe("ends", () => {
  it("goes to the ends of the row and of the hall", () => {
    const hall = plainHall();
    const plan = planOf(hall);
    const c4 = hall.indexOf.get("C4") ?? -1;
    expect(hall.seats[rowEnd(plan, c4, "first")]?.id).toBe("C1");
    expect(hall.seats[rowEnd(plan, c4, "last")]?.id).toBe("C10");
    expect(hall.seats[hallEnd(plan, "first")]?.id).toBe("A1");
    expect(hall.seats[hallEnd(plan, "last")]?.id).toBe("F10");
  });
});

describe("where the keyboard starts", () => {
  const none = new Set<number>();
  const states = (seats: number, taken: readonly number[] = []) => ({
    version: 1,
    codes: Uint8Array.from({ length: seats }, (_, i) => (taken.includes(i) ? SOLD : AVAILABLE)),
  });
  const plan = planOf(plainHall(5));

  it("is the first seat of the middle row that can be chosen", () => {
    expect(startSeat(plan, states(50), none, none)).toBe(20);
    expect(startSeat(plan, states(50, [20, 21]), none, new Set([22]))).toBe(23);
  });

  it("is in the nearest row where the middle one is full", () => {
    const middle = Array.from({ length: 10 }, (_, i) => 20 + i);
    expect(startSeat(plan, states(50, middle), none, none)).toBe(30);
    const back = Array.from({ length: 30 }, (_, i) => 20 + i);
    expect(startSeat(plan, states(50, back), none, none)).toBe(10);
  });

  it("is what is chosen already", () => {
    expect(startSeat(plan, states(50), new Set([7, 3]), none)).toBe(7);
  });

  it("is the first free seat of a hall of blocks, and some seat where none is free", () => {
    const arena = planOf(arenaHall());
    expect(startSeat(arena, states(arena.xs.length, [0]), none, none)).toBe(1);
    const all = Array.from({ length: 50 }, (_, i) => i);
    expect(startSeat(plan, states(50, all), none, none)).toBe(0);
  });
});
