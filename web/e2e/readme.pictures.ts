import { expect, test, type Page } from "@playwright/test";
import { show, Stranger, type Showing } from "./box-office";
import { SeatPage } from "./seat-page";

/** An evening on which the house fills. */
async function crowd(showing: Showing): Promise<void> {
  const stranger = await Stranger.arrive(showing.base);
  for (const seats of [
    "G8 G9 G10 G11",
    "H9 H10 H11 H12",
    "N7 N8",
    "N10 N11",
    "I13 I14",
    "F5 F6",
    "K9 K10 K11",
    "E15 E16",
    "A5 A6",
  ]) {
    await stranger.buy(showing, ...seats.split(" "));
  }
  for (const seats of ["H13 H14", "G12", "M7 M8", "J12 J13 J14", "D3 D4"])
    await stranger.hold(showing, ...seats.split(" "));
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
  await page.screenshot({ path: `../docs/img/${name}.png` });
}

test.describe("on a desk, in the dark", () => {
  test.use({
    viewport: { width: 1280, height: 800 },
    colorScheme: "dark",
    contextOptions: { reducedMotion: "reduce" },
  });

  test("the seat map", async ({ page }) => {
    const showing = await show("screen-2", { title: "The Long Tide" });
    await crowd(showing);
    const map = await SeatPage.open(page, showing);
    await map.click("I9", "I10", "I11");
    await map.expectChosen("I9", "I10", "I11");
    await page.mouse.move(1, 1);
    await take(page, "seat-map");
  });
});

test.describe("on a phone", () => {
  test.use({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
    contextOptions: { reducedMotion: "reduce" },
  });

  test("the lost race", async ({ page, context }) => {
    const showing = await show("screen-1", { title: "The Long Tide" });
    const map = await SeatPage.open(page, showing);
    const stranger = await Stranger.arrive(showing.base);
    await context.route("**/v1/bookings", async (route) => {
      if (route.request().method() === "POST") await stranger.buy(showing, "H5"); // a moment faster
      await route.fallback();
    });
    await map.tap("H5", "H6");
    await map.holdButton.tap();
    await expect(page.getByRole("heading", { name: "Someone was a moment faster" })).toBeVisible();
    await map.still("H5");
    await take(page, "race-lost");
  });

  test("the ticket", async ({ page }) => {
    const showing = await show("screen-2", { title: "The Long Tide" });
    const map = await SeatPage.open(page, showing);
    await page.getByRole("button", { name: "Find seats for me" }).tap();
    await page.getByRole("button", { name: "Find 2 seats together" }).tap();
    await map.holdButton.tap();
    await page.getByRole("button", { name: /^Pay/ }).tap();
    await expect(page.getByRole("button", { name: "Save as image" })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("heading", { name: "Your ticket" })).toBeVisible();
    await take(page, "ticket");
  });
});
