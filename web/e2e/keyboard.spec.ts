import { expect, test, type Locator, type Page } from "@playwright/test";
import { show } from "./box-office";
import { SeatPage } from "./seat-page";

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("the Tab key does not lead there");
}

test("a booking is made with the keyboard alone, from the list to the ticket", async ({ page }) => {
  const showing = await show("screen-2");
  await page.goto(showing.list);
  const tile = page.getByRole("link", { name: new RegExp(showing.title) });
  await expect(tile).toBeVisible();
  await tile.focus(); // there are as many before it as other tests have made
  await page.keyboard.press("Enter");

  const map = new SeatPage(page);
  await map.live();
  await tabTo(page, page.locator('[data-seat][tabindex="0"]'));
  await page.keyboard.press("Control+Home");
  await expect(map.seat("A1")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(map.seat("B2"), "what is below, not what is next in the list").toBeFocused();
  await page.keyboard.press("End");
  await expect(map.seat("B20")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowLeft");
  await map.expectChosen("B18", "B19");
  await page.keyboard.press("Space");
  await map.expectChosen("B19");

  await tabTo(page, map.holdButton);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/bookings/*");
  await tabTo(page, page.getByRole("button", { name: /^Pay/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeFocused();
});

test("the first Tab offers to skip to the content", async ({ page }) => {
  const showing = await show("pocket");
  await page.goto(showing.list);
  await expect(page.getByRole("article").first()).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});
