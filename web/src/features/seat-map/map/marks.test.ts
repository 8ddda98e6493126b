import { describe, expect, it } from "vitest";
import { toView, type View } from "./camera";
import { marksOf } from "./marks";
import { planOf } from "./plan";
import { plainHall } from "./testing";

const view: View = { width: 400, height: 300, insets: { left: 0, top: 0, right: 0, bottom: 0 } };
const plan = planOf(plainHall());

describe("marks", () => {
  const camera = { x: 5, y: 3, scale: 5 };

  it("are one for seats that lie together, in the middle of them", () => {
    const marks = marksOf(plan, new Set([20, 21, 22]), camera, view);
    expect(marks).toHaveLength(1);
    expect(marks[0]?.seats).toBe(3);
    const middle = toView(camera, view, { x: 1, y: 2 });
    expect(marks[0]?.x).toBeCloseTo(middle.x);
    expect(marks[0]?.y).toBeCloseTo(middle.y);
  });

  it("are several for seats that are apart, and none for none", () => {
    const marks = marksOf(plan, new Set([0, 9, 1]), camera, view);
    expect(marks.map((mark) => mark.seats)).toEqual([2, 1]);
    expect(marksOf(plan, new Set(), camera, view)).toEqual([]);
  });
});
