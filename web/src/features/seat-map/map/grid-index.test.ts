import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GridIndex } from "./grid-index";

const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const points = fc.array(point, { maxLength: 60 });

function indexOf(all: readonly { x: number; y: number }[]) {
  return new GridIndex(
    Float64Array.from(all, (p) => p.x),
    Float64Array.from(all, (p) => p.y),
  );
}

describe("GridIndex", () => {
  it("finds the nearest seat that looking at all of them finds", () => {
    fc.assert(
      fc.property(points, point, fc.double({ min: 0.01, max: 30, noNaN: true }), (all, at, within) => {
        let expected = -1;
        let least = within * within;
        all.forEach((p, i) => {
          const dx = p.x - at.x;
          const dy = p.y - at.y;
          const distance = dx * dx + dy * dy;
          if (distance < least || (distance === least && expected < 0)) {
            expected = i;
            least = distance;
          }
        });
        expect(indexOf(all).nearest(at.x, at.y, within)).toBe(expected);
      }),
      { numRuns: 400 },
    );
  });

  it("visits the seats in a box, each once", () => {
    fc.assert(
      fc.property(points, point, point, (all, a, b) => {
        const box = {
          left: Math.min(a.x, b.x),
          right: Math.max(a.x, b.x),
          top: Math.min(a.y, b.y),
          bottom: Math.max(a.y, b.y),
        };
        const seen: number[] = [];
        indexOf(all).visit(box, (i) => seen.push(i));
        const expected = all.flatMap((p, i) =>
          p.x >= box.left && p.x <= box.right && p.y >= box.top && p.y <= box.bottom ? [i] : [],
        );
        expect(seen.sort((x, y) => x - y)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it("stays small for a few seats that are far apart", () => {
    const index = indexOf([
      { x: 0, y: 0 },
      { x: 1e6, y: 1e6 },
    ]);
    expect(index.nearest(1e6 - 1, 1e6, 2)).toBe(1);
    expect(index.nearest(5e5, 5e5, 100)).toBe(-1);
  });
});
