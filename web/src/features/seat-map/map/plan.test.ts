import { describe, expect, it } from "vitest";
import { planOf } from "./plan";
import { arenaHall, curvedHall, hallWith, plainHall } from "./testing";

describe("rows", () => {
  it("has the rows in order, their seats from left to right", () => {
    const { rows } = planOf(plainHall(2));
    expect(rows.rows.map((row) => row.label)).toEqual(["A", "B"]);
    expect(rows.rows[1]?.seats).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(rows.rowOf[13]).toBe(1);
    expect(rows.placeOf[13]).toBe(3);
    expect(rows.longest).toBe(10);
    expect(rows.sections).toEqual([]);
  });

  it("turns round a row that is numbered from the right, and reads a row that goes down from the top", () => {
    const { rows } = planOf(
      hallWith([
        { row: "A", number: 1, x: 2, y: 0 },
        { row: "A", number: 2, x: 0, y: 0 },
        { row: "B", number: 1, x: 5, y: 9 },
        { row: "B", number: 2, x: 4, y: 3 },
      ]),
    );
    expect(rows.rows.map((row) => row.seats)).toEqual([
      [1, 0],
      [3, 2],
    ]);
  });

  it("knows blocks by the names of their rows", () => {
    const { rows } = planOf(arenaHall());
    expect(rows.sections).toHaveLength(12);
    const first = rows.sections[0];
    expect(first?.name).toBe("F1");
    expect(first?.x).toBeCloseTo(38 + 4.95);
    expect(rows.rows[0]).toMatchObject({ block: "F1", label: "1" });
  });
});

describe("the front", () => {
  it.each([
    ["plain", plainHall()],
    ["curved", curvedHall()],
  ])("hangs the screen above all seats below it (%s)", (_, hall) => {
    const { room, box } = planOf(hall);
    if (room.front.kind !== "screen") throw new Error("no screen");
    const { x, y, half, sag } = room.front;
    for (const seat of hall.seats) {
      const share = (seat.x - x) / half;
      if (Math.abs(share) <= 1) expect(seat.y - (y + sag * share * share)).toBeGreaterThanOrEqual(1.9);
    }
    expect(box.top).toBeLessThan(y);
  });

  it("puts the stage into the open part of the ring, where no seat is", () => {
    const hall = arenaHall();
    const { front } = planOf(hall).room;
    if (front.kind !== "stage") throw new Error("no stage");
    for (const { x, y } of hall.seats) {
      const on = x > front.left - 1 && x < front.right + 1 && y > front.top - 1 && y < front.bottom + 1;
      expect(on).toBe(false);
    }
    // Before the floor, and within the bowl.
    expect(front.bottom).toBeLessThan(38);
    expect(front.top).toBeGreaterThan(hall.bounds.top);
    expect(front.right - front.left).toBeGreaterThan(5);
  });

  it("puts the stage above all where blocks leave no room", () => {
    const hall = hallWith(
      Array.from({ length: 60 }, (_, i) => ({
        row: `P-${Math.floor(i / 20) + 1}`,
        number: (i % 20) + 1,
        x: i % 20,
        y: Math.floor(i / 20),
      })),
    );
    const { front } = planOf(hall).room;
    expect(front.kind === "stage" && front.bottom).toBeLessThan(0);
  });
});

describe("labels", () => {
  it("names every row at both ends, beside its seats", () => {
    const { room } = planOf(plainHall(3));
    expect(room.rowLabels.map((label) => label.text)).toEqual(["A", "A", "B", "B", "C", "C"]);
    expect(room.rowLabels[0]?.x).toBeLessThan(0);
    expect(room.rowLabels[1]?.x).toBeGreaterThan(10);
  });

  it("names bent rows at the height of their end seats, and in their aisles", () => {
    const hall = curvedHall();
    const { room, rows, index } = planOf(hall);
    const { seats } = rows.rows[4] ?? { seats: [] };
    const ends = [seats[0], seats.at(-1)].map((i) => hall.seats[i ?? -1]);
    const named = room.rowLabels.filter((label) => label.text === "E");
    expect(named.map((label) => label.room === undefined)).toEqual([true, true, false, false]);
    ends.forEach((seat, i) => expect(named[i]?.y).toBe(seat?.y));
    for (const label of room.rowLabels) expect(index.nearest(label.x, label.y, 0.6)).toBe(-1);
    for (const { y } of named.slice(2)) expect(y).toBeGreaterThan(ends[0]?.y ?? Infinity);
  });

  it("writes on no seat, and no name over another", () => {
    const { room, index } = planOf(arenaHall());
    room.rowLabels.forEach((label, i) => {
      expect(index.nearest(label.x, label.y, 0.6)).toBe(-1);
      for (const other of room.rowLabels.slice(i + 1)) {
        expect(Math.hypot(label.x - other.x, label.y - other.y)).toBeGreaterThan(0.6);
      }
    });
    expect(room.blockLabels.map((label) => label.text)).toContain("103");
  });
});

describe("angles", () => {
  it("leaves seats of plain and curved rows upright", () => {
    expect([...planOf(curvedHall()).angles].every((angle) => angle === 0)).toBe(true);
  });

  it("turns the seats of a ring towards its middle", () => {
    const hall = arenaHall();
    const { angles, xs, ys } = planOf(hall);
    hall.seats.forEach((seat, i) => {
      if (seat.row.startsWith("F")) {
        expect(angles[i]).toBe(0);
        return;
      }
      // The way that the seat faces, and the way to the middle of the floor.
      const facing = { x: Math.sin(angles[i] ?? 0), y: -Math.cos(angles[i] ?? 0) };
      const toX = 50 - (xs[i] ?? 0);
      const toY = 44 - (ys[i] ?? 0);
      expect((facing.x * toX + facing.y * toY) / Math.hypot(toX, toY)).toBeGreaterThan(0.9);
    });
  });
});
