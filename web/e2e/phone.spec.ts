import { expect, test, type Page } from "@playwright/test";
import { show } from "./box-office";
import { SeatPage } from "./seat-page";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

test("a booking is made and paid for by taps on a phone", async ({ page }) => {
  const showing = await show("screen-1");
  await page.goto(showing.list);
  const tile = page.getByRole("link", { name: new RegExp(showing.title) });
  await expect(tile).toBeVisible();
  await expectNoSidewaysScroll(page);
  await tile.tap();
  const map = new SeatPage(page);
  await map.live();
  await expectNoSidewaysScroll(page);
  await map.tap("G5", "G6");
  await map.expectChosen("G5", "G6");
  await map.holdButton.tap();
  await page.waitForURL("**/bookings/*");
  const pay = page.getByRole("button", { name: "Pay $24.00" });
  await expect(pay).toBeInViewport();
  await expectNoSidewaysScroll(page);
  await pay.tap();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await page.getByRole("link", { name: "My bookings" }).tap();
  await expect(page.getByText(showing.title)).toBeVisible();
  await expectNoSidewaysScroll(page);
});

test("where seats are too small for a finger, the first tap comes nearer", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-2"));
  const before = await map.width("H10");
  await map.tap("H10");
  await expect.poll(() => map.width("H10")).toBeGreaterThan(before * 1.3);
  await map.still("H10");
  await map.expectChosen();
  await map.tap("H10");
  await map.expectChosen("H10");
});

test("two fingers come nearer", async ({ page, context }) => {
  const map = await SeatPage.open(page, await show("screen-1"));
  const before = await map.width("G5");
  const { x, y } = await map.spot("G5");
  const fingers = await context.newCDPSession(page);
  const at = (apart: number) => [
    { x: x - apart, y, id: 0 },
    { x: x + apart, y, id: 1 },
  ];
  await fingers.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(20) });
  for (const apart of [30, 45, 60, 80]) {
    await fingers.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(apart) });
  }
  await fingers.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await expect.poll(() => map.width("G5")).toBeGreaterThan(before * 1.3);
  await map.expectChosen();
});

test("the house finds seats for a party on a phone", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-2"));
  await page.getByRole("button", { name: "Find seats for me" }).tap();
  await page.getByRole("dialog").getByRole("button", { name: "Find 2 seats together" }).tap();
  await expect(page.getByText("2 of 10 seats")).toBeVisible();
  await map.holdButton.tap();
  await page.waitForURL("**/bookings/*");
});

test("the map does not move under the finger when the first seat is chosen", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-1"));
  const before = await map.spot("H6");
  await map.tap("H5");
  await map.expectChosen("H5");
  expect(await map.spot("H6")).toEqual(before);
});

test.describe("held sideways", () => {
  test.use({ viewport: { width: 844, height: 390 } });

  test("the hall, the choice and the button are in sight at once", async ({ page }) => {
    const map = await SeatPage.open(page, await show("screen-1"));
    await page.getByRole("button", { name: "Find 2 seats together" }).tap();
    await expect(map.holdButton).toBeInViewport({ ratio: 1 });
    await expect(map.grid.locator("..")).toBeInViewport();
    await map.holdButton.tap();
    await page.waitForURL("**/bookings/*");
  });
});
