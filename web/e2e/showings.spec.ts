import { expect, test } from "@playwright/test";
import { cancelShowing, houses, show, Stranger } from "./box-office";
import { SeatPage } from "./seat-page";

test("what is on is listed by day, with times, places and prices", async ({ page }) => {
  const { main } = await houses();
  await page.goto(main);
  await expect(page.getByRole("heading", { name: "What’s on" })).toBeVisible();
  await expect(page.getByRole("article").first()).toBeVisible();
  const tile = page.getByRole("link", { name: /Screen 2 · Grand, Lumen Multiplex, from \$13\.00/ }).first();
  await expect(tile).toContainText("seats free");

  const days = page.getByRole("group", { name: "Day" }).getByRole("button");
  await expect(days.first()).toHaveAttribute("aria-pressed", "true");
  await days.last().click();
  await expect(page.getByRole("heading", { name: "Northern Static: Live" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Paper Lanterns" })).toBeHidden();
});

test("back from the seats returns to the day that was looked at", async ({ page }) => {
  const { main } = await houses();
  await page.goto(main);
  await page.getByRole("group", { name: "Day" }).getByRole("button").last().click();
  await page.getByRole("link", { name: /Northern Static: Live/ }).click();
  await expect(page.getByRole("grid")).toBeAttached();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Northern Static: Live" })).toBeVisible();
});

test("few left, sold out and free again are seen without a reload", async ({ page }) => {
  const showing = await show("pocket", { seats: 8 });
  await page.goto(showing.list);
  const tile = page.getByRole("link", { name: new RegExp(showing.title) });
  await expect(tile).toContainText("8 seats free");

  const stranger = await Stranger.arrive(showing.base);
  await stranger.buy(showing, "A1", "A2", "A3");
  await expect(tile).toContainText("Only 5 left");
  const rest = await stranger.hold(showing, "A4", "A5", "A6", "A7", "A8");
  await expect(tile).toContainText("Sold out");
  await stranger.giveBack(rest);
  await expect(tile).toContainText("Only 5 left");
});

test("a cancelled showing says so, offers no booking, and gives all the money back", async ({ page, context }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  await map.click("E5", "E6");
  await map.hold();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
  const list = await context.newPage();
  await list.goto(showing.list);
  const tile = list.getByRole("link", { name: new RegExp(showing.title) });
  await expect(tile).toContainText("seats free");
  const late = await SeatPage.open(await context.newPage(), showing);
  await late.click("D1");

  await cancelShowing(showing);
  await expect(tile).toContainText("Cancelled");
  await expect(tile).not.toContainText("$");
  await late.holdButton.click();
  await expect(late.page.getByRole("heading", { name: "This showing was cancelled" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "This showing was cancelled" })).toBeVisible();
  await expect(page.getByText("Your $24.00 was refunded.")).toBeVisible();
  await tile.click();
  await expect(list.getByRole("heading", { name: "This showing was cancelled" })).toBeVisible();
  await expect(list.getByRole("grid")).toHaveCount(0);
  await list.getByRole("link", { name: "See other showings" }).click();
  await expect(list.getByRole("heading", { name: "What’s on" })).toBeVisible();
});

test("addresses that lead nowhere say so, and lead on", async ({ page }) => {
  const { main } = await houses();
  for (const [path, heading] of [
    ["/nowhere", "There is no such page"],
    ["/showtimes/5c3c2d5e-0000-4000-8000-000000000000", "There is no such showing"],
    ["/showtimes/nonsense", "There is no such showing"],
  ] as const) {
    await page.goto(main + path);
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    await page.getByRole("link", { name: "See what is on" }).click();
    await expect(page.getByRole("heading", { name: "What’s on" })).toBeVisible();
  }
});
