import { describe, expect, it } from "vitest";
import { fit, toView, toWorld, type View } from "./camera";
import { Motions } from "./motion";

const view: View = { width: 400, height: 400, insets: { left: 0, top: 0, right: 0, bottom: 0 } };
const box = { left: 0, top: 0, right: 100, bottom: 100 };

function motions() {
  const made = new Motions(box);
  made.jump(fit(view, box), view);
  return made;
}

/** Frames of 16 ms until it rests; how many there were. */
function run(made: Motions, from = 0): number {
  let frames = 0;
  while (made.moving) {
    made.advance(from + ++frames * 16, view);
    if (frames > 500) throw new Error("it never rests");
  }
  return frames;
}

describe("Motions", () => {
  it("flies to exactly where it was sent, within a second", () => {
    const made = motions();
    made.fly({ x: 30, y: 70, scale: 30 }, view, 0, false);
    expect(run(made)).toBeLessThan(62);
    expect(made.camera).toEqual({ x: 30, y: 70, scale: 30 });
  });

  it("flies on to the same place on the screen when the view becomes taller under way", () => {
    const made = motions();
    made.fly({ x: 30, y: 70, scale: 30 }, view, 0, false);
    made.advance(100, view);
    made.stay(60);
    const taller = { ...view, height: 460, heights: { least: 400, most: 460 } };
    for (let now = 116; made.moving; now += 16) made.advance(now, taller);
    expect(toView(made.camera, taller, { x: 30, y: 70 })).toEqual({ x: 200, y: expect.closeTo(200) as number });
  });

  it("is there at once where less motion is wanted", () => {
    const made = motions();
    made.fly({ x: 30, y: 70, scale: 30 }, view, 0, true);
    expect(made.moving).toBe(false);
    expect(made.camera.scale).toBe(30);
  });

  it("zooms about a point that stays under the pointer all the way", () => {
    const made = motions();
    made.jump({ x: 50, y: 50, scale: 20 }, view);
    const at = { x: 150, y: 250 };
    const before = toWorld(made.camera, view, at);
    made.zoom(at, 40, view, 0, false);
    expect(made.goalScale).toBe(40);
    for (let frame = 1; made.moving; frame++) {
      made.advance(frame * 16, view);
      expect(toWorld(made.camera, view, at).x).toBeCloseTo(before.x);
      expect(toWorld(made.camera, view, at).y).toBeCloseTo(before.y);
    }
    expect(made.camera.scale).toBeCloseTo(40);
  });

  it("slows down after a throw, and stops at the edge of the hall", () => {
    const made = motions();
    made.jump({ x: 50, y: 50, scale: 20 }, view);
    made.fling(-1, 0, 0);
    run(made);
    expect(made.camera.x).toBeGreaterThan(55);
    expect(made.camera.y).toBe(50);
    made.fling(-6, 0, 0);
    run(made);
    made.fling(-6, 0, 0);
    run(made);
    expect(made.camera.x).toBeCloseTo(90);
  });

  it("takes a slow leave for none", () => {
    const made = motions();
    made.fling(0.05, 0.05, 0);
    expect(made.moving).toBe(false);
  });
});
