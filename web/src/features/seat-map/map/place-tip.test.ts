import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeTip } from "./place-tip";

describe("placeTip", () => {
  it("is above the seat where there is room, else below", () => {
    const size = { width: 100, height: 60 };
    const view = { width: 400, height: 400 };
    expect(placeTip({ left: 190, top: 200, right: 210, bottom: 220 }, size, view)).toEqual({ left: 150, top: 132 });
    expect(placeTip({ left: 190, top: 10, right: 210, bottom: 30 }, size, view)).toEqual({ left: 150, top: 38 });
  });

  it("never leaves the map, and never covers the seat", () => {
    const seats = fc.record({
      x: fc.integer({ min: 0, max: 390 }),
      y: fc.integer({ min: 0, max: 640 }),
      half: fc.integer({ min: 4, max: 32 }),
    });
    const sizes = fc.record({ width: fc.integer({ min: 60, max: 240 }), height: fc.integer({ min: 30, max: 90 }) });
    fc.assert(
      fc.property(seats, sizes, ({ x, y, half }, size) => {
        const view = { width: 390, height: 640 };
        const seat = { left: x - half, top: y - half, right: x + half, bottom: y + half };
        const { left, top } = placeTip(seat, size, view);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(left + size.width).toBeLessThanOrEqual(view.width);
        expect(top + size.height).toBeLessThanOrEqual(view.height);
        const apart =
          left >= seat.right || left + size.width <= seat.left || top >= seat.bottom || top + size.height <= seat.top;
        expect(apart).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
