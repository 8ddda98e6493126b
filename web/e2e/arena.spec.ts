import { expect, test } from "@playwright/test";
import { show, Stranger } from "./box-office";
import { SeatPage } from "./seat-page";

test("ten thousand seats need no element each, and are booked by clicks", async ({ page }) => {
  const showing = await show("arena");
  const map = await SeatPage.open(page, showing);
  expect(await page.locator("*").count()).toBeLessThan(2_000);
  await expect(map.grid).toHaveAttribute("aria-rowcount", "800");

  // From afar a click comes nearer and chooses nothing.
  const whole = await map.width("F1-1-1");
  await map.click("F1-1-1");
  await expect.poll(() => map.width("F1-1-1")).toBeGreaterThan(whole * 1.5);
  await map.still("F1-1-1");
  await map.expectChosen();
  // Near enough, it chooses.
  for (let clicks = 0; (await map.width("F1-1-1")) < 16 && clicks < 5; clicks++) {
    await page.getByRole("button", { name: "Zoom in" }).click();
    await map.still("F1-1-1");
  }
  await map.click("F1-1-1");
  await map.expectChosen("F1-1-1");
  await map.hold();
});

test("the arena is walked with the keyboard, seat by seat", async ({ page }) => {
  const showing = await show("arena");
  await (await Stranger.arrive(showing.base)).buy(showing, "F1-1-2");
  const map = await SeatPage.open(page, showing);
  await page.locator('[data-seat][tabindex="0"]').focus();
  await page.keyboard.press("Control+Home");
  await expect(map.seat("F1-1-1")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(map.seat("F1-1-2")).toBeFocused();
  await expect(map.seat("F1-1-2")).toHaveAccessibleName(/Block F1, row 1, seat 2, Floor, \$125\.00, sold/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await expect(map.seat("F1-2-3")).toBeFocused();
  // The focused seat is near enough now for the mouse, too.
  for (let i = 0; i < 8; i++) await page.keyboard.press("+");
  await expect.poll(() => map.width("F1-2-4")).toBeGreaterThan(20);
  await map.still("F1-2-4");
  await map.click("F1-2-4");
  await expect(page.getByText("2 of 10 seats")).toBeVisible();
  await map.hold();
  await expect(page.getByText("Block F1, row 2, seat 4")).toBeVisible();
});

test("the best seats of an arena are found in one step", async ({ page }) => {
  const map = await SeatPage.open(page, await show("arena"));
  await page.getByRole("combobox", { name: "Price category" }).selectOption({ index: 1 });
  await page.getByRole("button", { name: "Find 2 seats together" }).click();
  await expect(page.getByText("2 of 10 seats")).toBeVisible();
  await map.hold();
  await expect(page.getByRole("region", { name: "Your order" })).toContainText("$250.00");
});
