import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bring,
  clamp,
  fit,
  fitScale,
  MAX_SCALE,
  laidOut,
  leastScale,
  pan,
  resized,
  seesAll,
  show,
  toView,
  toWorld,
  zoomAbout,
  type View,
} from "./camera";

const view: View = { width: 400, height: 600, insets: { left: 10, top: 20, right: 10, bottom: 60 } };
const box = { left: -5, top: 2, right: 55, bottom: 42 };

const cameras = fc.record({
  x: fc.double({ min: -100, max: 100, noNaN: true }),
  y: fc.double({ min: -100, max: 100, noNaN: true }),
  scale: fc.double({ min: 0.01, max: 500, noNaN: true }),
});

describe("fit", () => {
  it("shows all of the hall within the insets, and uses all of one axis", () => {
    const camera = fit(view, box);
    const low = toView(camera, view, { x: box.left, y: box.top });
    const high = toView(camera, view, { x: box.right, y: box.bottom });
    expect(low.x).toBeCloseTo(10);
    expect(high.x).toBeCloseTo(390);
    expect(low.y).toBeGreaterThanOrEqual(20);
    expect(high.y).toBeLessThanOrEqual(540);
    expect(seesAll(camera, view, box)).toBe(true);
  });

  it("leaves a small hall in the middle of the view, no larger than seats may be", () => {
    const camera = fit(view, { left: 0, top: 0, right: 2, bottom: 2 });
    expect(camera.scale).toBe(MAX_SCALE);
    expect(camera.x).toBeCloseTo(1);
    expect(camera.y).toBeCloseTo(1);
  });

  it("moves the hall out from under the insets where the middle would be under them", () => {
    const tall = { left: 0, top: 0, right: 10, bottom: 100 };
    const camera = fit(view, tall);
    expect(toView(camera, view, { x: 0, y: 100 }).y).toBeCloseTo(540);
  });
});

describe("clamp", () => {
  it("never loses the hall and never leaves the range of scales", () => {
    fc.assert(
      fc.property(cameras, (camera) => {
        const kept = clamp(camera, view, box);
        expect(kept.scale).toBeGreaterThanOrEqual(fitScale(view, box) - 1e-9);
        expect(kept.scale).toBeLessThanOrEqual(MAX_SCALE + 1e-9);
        const low = toView(kept, view, { x: box.left, y: box.top });
        const high = toView(kept, view, { x: box.right, y: box.bottom });
        // On each axis either all of it is seen, or it fills what the insets leave.
        const holds = (from: number, to: number, start: number, end: number) =>
          (from >= start - 1e-6 && to <= end + 1e-6) || (from <= start + 1e-6 && to >= end - 1e-6);
        expect(holds(low.x, high.x, 10, 390)).toBe(true);
        expect(holds(low.y, high.y, 20, 540)).toBe(true);
      }),
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(cameras, (camera) => {
        const once = clamp(camera, view, box);
        const twice = clamp(once, view, box);
        expect(twice.x).toBeCloseTo(once.x, 9);
        expect(twice.y).toBeCloseTo(once.y, 9);
        expect(twice.scale).toBeCloseTo(once.scale, 9);
      }),
    );
  });
});

describe("resized", () => {
  const heights = fc.array(fc.integer({ min: 260, max: 900 }), { minLength: 1, maxLength: 6 });

  it("leaves everything where it is on the screen, however often the height changes, and clamps nothing after", () => {
    fc.assert(
      fc.property(cameras, heights, (wanted, changes) => {
        let at = { camera: clamp(wanted, view, box), view };
        const scale = at.camera.scale;
        const spot = toView(at.camera, at.view, { x: 7, y: 9 });
        for (const height of changes) {
          const next = resized(at.camera, at.view, height, box);
          // Too little would be left: that is told, and nothing else is asked of it.
          if (!next) return;
          const clamped = clamp(next.camera, next.view, box);
          for (const camera of [next.camera, clamped]) {
            const now = toView(camera, next.view, { x: 7, y: 9 });
            expect(now.x).toBeCloseTo(spot.x, 6);
            expect(now.y).toBeCloseTo(spot.y, 6);
            expect(camera.scale).toBeCloseTo(scale, 9);
          }
          at = next;
        }
      }),
    );
  });

  it("keeps the hall where it was laid out when the tray below grows by a line, and takes it back", () => {
    const camera = fit(view, box);
    const less = resized(camera, view, 560, box);
    if (!less) throw new Error("nothing is left");
    expect(toView(less.camera, less.view, { x: 0, y: 0 })).toEqual(toView(camera, view, { x: 0, y: 0 }));
    const back = resized(less.camera, less.view, 600, box);
    expect(back?.camera.y).toBeCloseTo(camera.y, 9);
  });

  it("lets what has been covered be panned to", () => {
    const tall = { left: 0, top: 0, right: 10, bottom: 100 };
    const less = resized(fit(view, tall), view, 400, tall);
    if (!less) throw new Error("nothing is left");
    expect(toView(less.camera, less.view, { x: 0, y: 100 }).y).toBeCloseTo(540);
    const panned = pan(less.camera, less.view, tall, 0, -500);
    expect(toView(panned, less.view, { x: 0, y: 100 }).y).toBeCloseTo(340);
  });

  it("gives up where hardly any of the hall would be seen", () => {
    const low = { left: 0, top: 0, right: 10, bottom: 100 };
    const end = clamp({ x: 5, y: 100, scale: 30 }, view, low);
    expect(resized(end, view, 500, low)).toBeDefined();
    const small = fit(view, { left: 0, top: 0, right: 60, bottom: 10 });
    expect(resized(small, view, 300, { left: 0, top: 0, right: 60, bottom: 10 })).toBeUndefined();
  });

  it("fits the whole hall to the height there is, not to those there were", () => {
    const tall = { left: 0, top: 0, right: 10, bottom: 100 };
    const less = resized(fit(view, tall), view, 400, tall);
    if (!less) throw new Error("nothing is left");
    const now = { ...view, height: 400 };
    expect(fit(less.view, tall)).toEqual(fit(now, tall));
    expect(leastScale(less.view, tall)).toBe(fitScale(now, tall));
    expect(laidOut(less.view)).toEqual(now);
  });
});

describe("zoomAbout", () => {
  it("keeps what is under the point where it is, far from the edges of the hall", () => {
    const start = clamp({ x: 25, y: 22, scale: 20 }, view, box);
    const at = { x: 220, y: 310 };
    const before = toWorld(start, view, at);
    const after = toWorld(zoomAbout(start, view, box, at, 40), view, at);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });

  it("stops at the limits", () => {
    const start = fit(view, box);
    expect(zoomAbout(start, view, box, { x: 0, y: 0 }, 1e6).scale).toBe(MAX_SCALE);
    expect(zoomAbout(start, view, box, { x: 0, y: 0 }, 1e-6)).toEqual(start);
  });
});

describe("pan", () => {
  it("moves the hall with the finger", () => {
    const start = clamp({ x: 25, y: 22, scale: 30 }, view, box);
    const moved = pan(start, view, box, 30, -15);
    const at = toView(moved, view, { x: 25, y: 22 });
    const was = toView(start, view, { x: 25, y: 22 });
    expect(at.x - was.x).toBeCloseTo(30);
    expect(at.y - was.y).toBeCloseTo(-15);
  });
});

describe("bring and show", () => {
  const part = { left: 50, top: 38, right: 52, bottom: 40 };

  it("brings a part into view by the shortest way", () => {
    const start = clamp({ x: 10, y: 10, scale: 30 }, view, box);
    const there = bring(start, view, box, part);
    expect(there.scale).toBe(start.scale);
    expect(toView(there, view, { x: 52, y: 40 }).x).toBeCloseTo(390);
    expect(bring(there, view, box, part)).toBe(there);
  });

  it("does not move for what is seen already, and goes nearer to what is too small", () => {
    const near = clamp({ x: 51, y: 39, scale: 30 }, view, box);
    expect(show(near, view, box, part, 24)).toBe(near);
    const far = fit(view, box);
    const shown = show(far, view, box, part, 24);
    expect(shown.scale).toBe(24);
    expect(toView(shown, view, { x: 51, y: 39 }).x).toBeLessThan(390);
  });

  it("goes no nearer than all of the part can be seen from", () => {
    const wide = { left: 0, top: 10, right: 38, bottom: 12 };
    expect(show(fit(view, box), view, box, wide, 24).scale).toBeCloseTo(10);
  });
});
