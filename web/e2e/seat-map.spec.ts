import { expect, test } from "@playwright/test";
import { show, Stranger } from "./box-office";
import { SeatPage } from "./seat-page";

test("clicks choose seats and take them off again, and the total follows", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-2"));
  await map.click("F7", "F8", "G10");
  await map.expectChosen("F7", "F8", "G10");
  await expect(page.getByText("3 of 10 seats")).toBeVisible();
  await expect(page.getByText("$42.50").first()).toBeVisible(); // 13.00 + 13.00 + 16.50
  await map.click("F8");
  await map.expectChosen("F7", "G10");
  await page.getByRole("button", { name: /Clear/ }).click();
  await map.expectChosen();
});

test("drawing over seats chooses them, and from a chosen one takes them off", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-1"));
  await map.draw("C2", "C5");
  await map.expectChosen("C2", "C3", "C4", "C5");
  await map.draw("C4", "C5");
  await map.expectChosen("C2", "C3");
});

test("drawing over a taken seat leaves it out", async ({ page }) => {
  const showing = await show("screen-1");
  await (await Stranger.arrive(showing.base)).buy(showing, "C3");
  const map = await SeatPage.open(page, showing);
  await map.draw("C1", "C5");
  await map.expectChosen("C1", "C2", "C4", "C5");
});

test("drawing over empty ground moves a hall that is bigger than the view", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-1"));
  await page.getByRole("button", { name: /Zoom in/ }).click();
  await page.getByRole("button", { name: /Zoom in/ }).click();
  const before = await map.spot("H5");
  const aisle = { x: (before.x + (await map.spot("H6")).x) / 2, y: before.y };
  await page.mouse.move(aisle.x, aisle.y);
  await page.mouse.down();
  await page.mouse.move(aisle.x - 60, aisle.y - 40, { steps: 6 });
  await page.mouse.up();
  await expect.poll(async () => (await map.spot("H5")).y).toBeLessThan(before.y - 20);
  await map.expectChosen();
});

test("the wheel comes nearer to where it points, and one button shows the whole hall again", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-3"));
  const wide = () => map.width("M20");
  const whole = await wide();
  const { x, y } = await map.spot("M20");
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -600);
  await expect.poll(wide).toBeGreaterThan(whole * 1.5);
  await page.getByRole("button", { name: /Whole hall/i }).click();
  await expect.poll(wide).toBeCloseTo(whole, 0);
});

test("the limit of a booking explains itself", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-1"));
  await map.draw("C1", "C10");
  await expect(page.getByText("10 of 10 seats")).toBeVisible();
  await map.click("D1");
  await expect(page.getByRole("alert")).toContainText("10 seats are the most in one booking");
  await expect(map.seat("D1")).toHaveAttribute("aria-selected", "false");
});

test("a seat that cannot be had says why", async ({ page }) => {
  const showing = await show("screen-1");
  const stranger = await Stranger.arrive(showing.base);
  await stranger.hold(showing, "B2");
  await stranger.buy(showing, "B3");
  const map = await SeatPage.open(page, showing);
  await map.click("B2");
  await expect(page.getByRole("alert")).toContainText("Seat B2 is being booked right now");
  await map.click("B3");
  await expect(page.getByRole("alert")).toContainText("Seat B3 is sold");
  await map.click("A1");
  await expect(page.getByRole("alert")).toContainText("Seat A1 is not for sale");
  await map.expectChosen();
});

test("the house finds the best seats together for a party", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  await page.getByRole("button", { name: "One seat more" }).click();
  await page.getByRole("button", { name: "Find 3 seats together" }).click();
  await expect(page.getByText("3 of 10 seats")).toBeVisible();
  const chosen = await page
    .locator('[data-seat][aria-selected="true"]')
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset.seat ?? ""));
  const rows = new Set(chosen.map((id) => id.charAt(0)));
  expect(rows.size, `${chosen.join()} are in one row`).toBe(1);
  await map.hold();
});

test("the address can ask for seats, as after a hold that ended", async ({ page }) => {
  const showing = await show("screen-1");
  await (await Stranger.arrive(showing.base)).buy(showing, "F5");
  const map = await SeatPage.open(page, showing, "?seats=F5,F6,Z99");
  await map.expectChosen("F6");
  await expect(page.getByRole("alert")).toContainText("F5");
});

test("wheelchair places and prices are told in words", async ({ page }) => {
  const map = await SeatPage.open(page, await show("screen-2"));
  await expect(map.seat("A1")).toHaveAccessibleName(/Row A, seat 1, wheelchair.*Standard, \$13\.00, available/i);
  await expect(map.seat("A2")).toHaveAccessibleName(/companion/i);
  await expect(map.seat("O8")).toHaveAccessibleName(/VIP recliner, \$24\.00, not for sale/i);
});
