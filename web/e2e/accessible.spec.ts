import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { show, Stranger } from "./box-office";
import { SeatPage } from "./seat-page";

async function expectAccessible(page: Page, what: string): Promise<void> {
  // What moves has come to rest: colours in between are nobody's.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" | ")}`);
  expect(grave, what).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test("axe finds nothing grave from the list to the cancelled booking", async ({ page }) => {
      test.slow();
      const showing = await show("screen-2");
      await page.goto(showing.list);
      await expect(page.getByRole("article").first()).toBeVisible();
      await expectAccessible(page, "the list");
      const map = await SeatPage.open(page, showing);
      await expectAccessible(page, "the map");
      await map.click("F7", "F8", "O8");
      await expect(page.getByRole("alert")).toBeVisible();
      await expectAccessible(page, "the map with a choice and a notice");
      await map.hold();
      await expect(page.getByRole("timer")).toBeVisible();
      await expectAccessible(page, "the till");
      await page.getByRole("radio", { name: /0002/ }).click();
      await page.getByRole("button", { name: /^Pay/ }).click();
      await expect(page.getByRole("alert")).toBeVisible();
      await expectAccessible(page, "the till after a declined card");
      await page.getByRole("radio", { name: /3220/ }).click();
      await page.getByRole("button", { name: /^Pay/ }).click();
      await expect(page.getByRole("button", { name: /^Approve/ })).toBeVisible();
      await expectAccessible(page, "the question of the bank");
      await page.getByRole("radio", { name: /4242/ }).click();
      await page.getByRole("button", { name: /^Pay/ }).click();
      await expect(page.getByRole("button", { name: "Save as image" })).toBeVisible();
      await page.getByRole("button", { name: "What happened" }).click();
      await expectAccessible(page, "the ticket");
      await page.getByRole("button", { name: "Cancel this booking" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page, "the question whether to cancel");
      await page.getByRole("button", { name: /^Cancel and refund/ }).click();
      await expect(page.getByRole("heading", { name: "This booking is cancelled" })).toBeVisible();
      await expectAccessible(page, "the cancelled booking");
      await page.getByRole("link", { name: "My bookings" }).click();
      await expect(page.getByRole("region", { name: "Past and ended" })).toBeVisible();
      await expectAccessible(page, "my bookings");
    });

    test("axe finds nothing grave where one has lost", async ({ page, context }) => {
      test.slow();
      const showing = await show("screen-1", { house: "brief" });
      await page.goto(`${showing.base}/nowhere`);
      await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
      await expectAccessible(page, "no such page");
      await context.routeWebSocket(/\/live$/, () => undefined);
      await page.goto(`${showing.base}/showtimes/${showing.id}`);
      const map = new SeatPage(page);
      await expect(map.grid).toBeAttached();
      await map.choose("D4", "D5");
      await (await Stranger.arrive(showing.base)).buy(showing, "D4");
      await map.holdButton.click();
      await expect(page.getByRole("heading", { name: "Someone was a moment faster" })).toBeVisible();
      await expectAccessible(page, "the lost race");
      await page.getByRole("button", { name: /^Hold \w+ and \w+$/ }).click();
      await expect(page.getByRole("heading", { name: "Your hold has ended" })).toBeVisible();
      await expectAccessible(page, "the ended hold");
    });
  });
}

test("a chosen theme stays, and the map is painted in it", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  const light = await map.picture("E5");
  await page.getByRole("button", { name: /^Theme: system/ }).click();
  await page.getByRole("button", { name: /^Theme: light/ }).click();
  await expect.poll(() => map.picture("E5")).not.toEqual(light);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: /^Theme: dark/ })).toBeVisible();
});
