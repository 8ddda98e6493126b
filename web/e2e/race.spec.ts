import { expect, test, type Browser } from "@playwright/test";
import { show, Stranger } from "./box-office";
import { SeatPage } from "./seat-page";

/** Two people, each with a browser of their own. Their wishes go out in the same instant, when both have asked. */
async function two(browser: Browser) {
  const contexts = [await browser.newContext(), await browser.newContext()] as const;
  let asked = 0;
  let go: () => void;
  const both = new Promise<void>((resolve) => (go = resolve));
  for (const context of contexts) {
    await context.route("**/v1/bookings", async (route) => {
      if (route.request().method() === "POST") {
        if (++asked === 2) go();
        await both;
      }
      await route.fallback();
    });
  }
  return [await contexts[0].newPage(), await contexts[1].newPage()] as const;
}

test("of two who want the same seats in the same instant one gets them, the other the nearest", async ({ browser }) => {
  const showing = await show("screen-1");
  const [ann, bob] = await two(browser);
  const maps = await Promise.all([SeatPage.open(ann, showing), SeatPage.open(bob, showing)]);
  for (const map of maps) await map.click("G5", "G6");
  await Promise.all(maps.map((map) => map.holdButton.click()));

  const won = ann.waitForURL("**/bookings/*").then(() => [ann, bob] as const);
  const lost = bob.waitForURL("**/bookings/*").then(() => [bob, ann] as const);
  const [winner, loser] = await Promise.any([won, lost]);
  await expect(winner.getByText("Row G, seat 5")).toBeVisible();

  await expect(loser.getByRole("heading", { name: "Someone was a moment faster" })).toBeFocused();
  await expect(loser.getByRole("alert")).toContainText("G5 and G6 were just taken");
  const take = loser.getByRole("button", { name: /^Hold \w+ and \w+$/ });
  const offer = (await take.textContent()) ?? "";
  expect(offer).not.toMatch(/G5|G6/);
  await take.click();
  await loser.waitForURL("**/bookings/*");
  await expect(loser.getByRole("heading", { name: "Almost yours" })).toBeVisible();
  await Promise.allSettled([won, lost]);
  await Promise.all([ann.context().close(), bob.context().close()]);
});

test("the refusal names the seats that were gone, and those only", async ({ page, context }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  // The page does not hear of it in time, as in a race.
  await context.routeWebSocket(/\/live$/, () => undefined);
  await page.reload();
  await expect(map.grid).toBeAttached();
  await map.choose("D3", "D4", "D5");
  await (await Stranger.arrive(showing.base)).buy(showing, "D4");
  await map.holdButton.click();
  await expect(page.getByRole("alert")).toContainText("Seat D4 was just taken");
  await page.getByRole("button", { name: "Choose others" }).click();
  await map.expectChosen("D3", "D5");
});

test("a full house has nothing to offer, and says so", async ({ page, context }) => {
  const showing = await show("pocket", { seats: 3 });
  await context.routeWebSocket(/\/live$/, () => undefined);
  await page.goto(`${showing.base}/showtimes/${showing.id}`);
  const map = new SeatPage(page);
  await expect(map.grid).toBeAttached();
  await map.choose("A1", "A2");
  await (await Stranger.arrive(showing.base)).buy(showing, "A1", "A2");
  await map.holdButton.click();
  await expect(page.getByText("There are not as many seats left as you wanted")).toBeVisible();
});

test("a hold whose answer was lost is made once, however often it is asked for", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  await map.click("H5");
  let lost = false;
  await page.route("**/v1/bookings", async (route) => {
    if (route.request().method() !== "POST" || lost) return route.fallback();
    lost = true;
    await route.fetch(); // it was done
    return route.abort("connectionreset"); // and nobody heard of it
  });
  await map.holdButton.click();
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await page.waitForURL("**/bookings/*");
  await page.getByRole("link", { name: "My bookings" }).click();
  await expect(page.getByRole("heading", { name: "My bookings" })).toBeVisible();
  await expect(page.getByText(showing.title)).toHaveCount(1);
});
