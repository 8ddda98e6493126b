import { expect, test, type Page } from "@playwright/test";
import { show, Stranger } from "./box-office";
import { SeatPage } from "./seat-page";

/** The value below which a share of all values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function report(what: string, values: readonly number[]): void {
  const [median, p95] = [quantile(values, 0.5), quantile(values, 0.95)].map((value) => value.toFixed(1));
  process.stdout.write(`${what}: median ${median} ms, p95 ${p95} ms (${values.length})\n`);
}

/** Milliseconds between frames while `move` goes on. */
async function frames(page: Page, move: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = [];
    const tick = (now: number) => {
      seen.push(now);
      if (!("enough" in window)) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(window, { seen });
  });
  await move();
  const times = await page.evaluate(() => {
    Object.assign(window, { enough: true });
    return (window as unknown as { seen: number[] }).seen;
  });
  await page.evaluate(() => Reflect.deleteProperty(window, "enough"));
  return times.slice(1).map((time, i) => time - (times[i] ?? 0));
}

/** Drags around in circles. */
async function pan(page: Page, middle: { x: number; y: number }): Promise<void> {
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  for (let step = 0; step < 240; step++) {
    const angle = step / 12;
    await page.mouse.move(middle.x + 220 * Math.sin(angle), middle.y + 160 * (1 - Math.cos(angle)));
  }
  await page.mouse.up();
}

test("frames while panning the arena", async ({ page }) => {
  await page.goto("data:text/html,<body style='height:100vh'>");
  report("an empty page", await frames(page, () => pan(page, { x: 400, y: 300 })));
  const map = await SeatPage.open(page, await show("arena"));
  for (const zoom of [1, 1, 2]) {
    for (let i = 0; i < zoom; i++) {
      await page.getByRole("button", { name: "Zoom in" }).click();
      await map.still("F1-1-1");
    }
    const width = (await map.width("F1-1-1")).toFixed(0);
    // Beside the stage there is ground to take hold of.
    const ground = await map.spot("F1-1-1").then(({ x, y }) => ({ x, y: y - Number(width) * 2 }));
    report(`the arena, seats of ${width} px`, await frames(page, () => pan(page, ground)));
    await map.still("F1-1-1");
  }
});

test("from another's booking to the changed pixel", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  const stranger = await Stranger.arrive(showing.base);
  const [fromAsked, fromAnswered]: [number[], number[]] = [[], []];
  for (const row of ["D", "E", "F", "G", "H"]) {
    for (let n = 2; n <= 9; n++) {
      const id = `${row}${n}`;
      const { x, y } = await map.spot(id);
      const changed = page.evaluate(
        ([x, y]) =>
          new Promise<number>((resolve) => {
            const canvases = [...document.querySelectorAll("canvas")].filter(
              (c) => c.getBoundingClientRect().width > 300,
            );
            const read = () =>
              canvases
                .map((canvas) => {
                  const box = canvas.getBoundingClientRect();
                  const scale = canvas.width / box.width;
                  return canvas
                    .getContext("2d")
                    ?.getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1)
                    .data.join();
                })
                .join(" ");
            const before = read();
            const tick = () => {
              if (read() === before) requestAnimationFrame(tick);
              else resolve(performance.timeOrigin + performance.now());
            };
            tick();
          }),
        [x - (await map.width(id)) * 0.3, y] as const,
      );
      const asked = performance.timeOrigin + performance.now();
      await stranger.hold(showing, id);
      const answered = performance.timeOrigin + performance.now();
      const seen = await changed;
      fromAsked.push(seen - asked);
      fromAnswered.push(seen - answered);
    }
  }
  expect(fromAsked).toHaveLength(40);
  report("from the request to the changed pixel", fromAsked);
  report("from its answer to the changed pixel", fromAnswered);
});
