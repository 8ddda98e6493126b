import { describe, expect, it } from "vitest";
import { clamp, fit, toView, type Camera, type View } from "./camera";
import { Pinned } from "./pinned";
import { coveredBy, insetsOf } from "./places";
import { planOf, type Plan } from "./plan";
import { arenaHall, curvedHall, plainHall } from "./testing";

const view: View = { width: 390, height: 460, insets: insetsOf(390, 460, true) };

function pinnedAt(plan: Plan, wanted: Camera) {
  const camera = clamp(wanted, view, plan.box);
  const pinned = new Pinned(plan);
  pinned.place(camera, view, false);
  const labels = Array.from({ length: pinned.count }, (_, i) => ({
    text: pinned.texts[i] ?? "",
    x: pinned.xs[i] ?? NaN,
    y: pinned.ys[i] ?? NaN,
  }));
  return { labels, block: pinned.block, camera };
}

describe("names at the edges", () => {
  it("are not needed where the rows are seen to their ends", () => {
    const plan = planOf(plainHall());
    expect(pinnedAt(plan, fit(view, plan.box)).labels).toEqual([]);
  });

  it("stand at both edges of the view at the height of the row there, however it is bent", () => {
    const plan = planOf(curvedHall());
    const { labels, camera } = pinnedAt(plan, { x: 20, y: 6, scale: 40 });
    expect(labels.filter((label) => label.x < 30).map((label) => label.text)).toContain("C");
    expect(labels.some((label) => label.x > view.width - 30)).toBe(true);
    for (const { text, x, y } of labels) {
      const row = plan.rows.rows.find(({ label }) => label === text);
      const spots = (row?.seats ?? []).map((i) => toView(camera, view, { x: plan.xs[i] ?? 0, y: plan.ys[i] ?? 0 }));
      // Between the seats beside it there is no more than an aisle.
      const near = spots.filter((spot) => Math.abs(spot.x - x) < 1.3 * camera.scale);
      expect(Math.min(...near.map((spot) => Math.abs(spot.y - y)))).toBeLessThan(camera.scale * 0.2);
    }
  });

  it("go when the end of the row comes into view", () => {
    const plan = planOf(plainHall());
    const { labels } = pinnedAt(plan, { x: -10, y: 3, scale: 60 });
    expect(labels.length).toBeGreaterThan(0);
    for (const { x } of labels) expect(x).toBeGreaterThan(view.width / 2);
  });

  it("lie neither over each other nor over the buttons, at any scale", () => {
    const plan = planOf(arenaHall());
    for (let scale = 8; scale < 60; scale += 3) {
      const { labels } = pinnedAt(plan, { x: 45, y: 41, scale });
      labels.forEach((label, i) => {
        for (const other of labels.slice(i + 1)) {
          expect(Math.abs(label.y - other.y) >= 20 || Math.abs(label.x - other.x) >= 20).toBe(true);
        }
        for (const box of coveredBy(view, false, plan.box)) {
          expect(label.x > box.left && label.x < box.right && label.y > box.top && label.y < box.bottom).toBe(false);
        }
      });
    }
  });

  it("tell the block under the middle, and the numbers of its rows", () => {
    const plan = planOf(arenaHall());
    const { labels, block } = pinnedAt(plan, { x: 43, y: 41, scale: 50 });
    expect(block).toBe("F1");
    expect(labels.map((label) => label.text)).toContain("4");
    expect(pinnedAt(plan, fit(view, plan.box)).block).toBe("");
    expect(pinnedAt(planOf(plainHall()), { x: 5, y: 3, scale: 50 }).block).toBe("");
  });
});
