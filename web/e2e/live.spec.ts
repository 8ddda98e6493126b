import { expect, test } from "@playwright/test";
import { show, startAPI, stopAPI, Stranger } from "./box-office";
import { SeatPage } from "./seat-page";

test("what others hold, buy and give back is seen on the open map, in paint and in words", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  const stranger = await Stranger.arrive(showing.base);
  const free = await map.picture("E5");

  const booking = await stranger.hold(showing, "E5");
  await expect(map.seat("E5")).toHaveAccessibleName(/held by someone else/);
  await expect.poll(() => map.picture("E5")).not.toEqual(free);
  await stranger.giveBack(booking);
  await expect(map.seat("E5")).toHaveAccessibleName(/available/);
  await expect.poll(() => map.picture("E5"), "painted as before").toEqual(free);
  await stranger.buy(showing, "E5");
  await expect(map.seat("E5")).toHaveAccessibleName(/sold/);
  await expect.poll(() => map.picture("E5")).not.toEqual(free);
});

test("a chosen seat that another takes leaves the choice, by name, with others offered", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  await map.click("F5", "F4");
  await (await Stranger.arrive(showing.base)).buy(showing, "F5");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Seat F5 was just taken by someone else");
  await map.expectChosen("F4");
  await alert.getByRole("button", { name: /^Take .* instead$/ }).click();
  await expect(page.getByText("2 of 10 seats")).toBeVisible();
  await expect(map.seat("F5")).toHaveAttribute("aria-selected", "false");
  await map.hold();
});

test("a map whose connection is lost says so, and heals by itself when the box office is back", async ({ page }) => {
  const showing = await show("screen-1", { house: "frail" });
  const map = await SeatPage.open(page, showing);
  await (await Stranger.arrive(showing.base)).hold(showing, "E5");
  await expect(map.seat("E5")).toHaveAccessibleName(/held by someone else/);
  await map.click("C3");

  await stopAPI("frail");
  try {
    await expect(page.getByText(/Reconnecting/)).toBeVisible();
    await map.expectChosen("C3");
    await map.holdButton.click();
    await expect(page.getByRole("alert")).toContainText("could not reach the box office");
  } finally {
    await startAPI("frail");
  }
  await map.live();
  // The stranger's hold has ended, perhaps while nobody could tell this page.
  await expect(map.seat("E5")).toHaveAccessibleName(/available/);
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await page.waitForURL("**/bookings/*");
});

test("a device that loses its network says so at once, and is back with it", async ({ page, context }) => {
  const map = await SeatPage.open(page, await show("screen-1"));
  await context.setOffline(true);
  await expect(page.getByText(/Reconnecting/)).toBeVisible();
  await context.setOffline(false);
  await map.live();
});

test("in a second tab one's own seats are one's own, not somebody else's", async ({ page, context }) => {
  const showing = await show("screen-1");
  const second = await context.newPage();
  const maps = [await SeatPage.open(page, showing), await SeatPage.open(second, showing)] as const;
  // The guest is known in both tabs.
  await maps[0].click("A2");
  await maps[0].hold();
  await page.goBack();
  await maps[0].live();
  await maps[1].click("E5", "E6");
  await maps[0].click("E5");
  await maps[0].hold();
  await expect(maps[1].seat("E5")).toHaveAccessibleName(/yours/);
  await maps[1].expectChosen("E6");
  await expect(second.getByRole("alert")).toHaveCount(0);
  await expect(second.getByRole("region", { name: "Seats you hold" })).toBeVisible();
});
