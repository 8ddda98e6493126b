import { expect, test, type Page } from "@playwright/test";
import { show, Stranger, type HouseName } from "./box-office";
import { SeatPage } from "./seat-page";

/** Holds seats in the browser and stands at the till. */
async function holdSeats(page: Page, seats: string[], house: HouseName = "main") {
  const showing = await show("screen-1", { house });
  const map = await SeatPage.open(page, showing);
  await map.click(...seats);
  await map.hold();
  return showing;
}

const timer = (page: Page) => page.getByRole("timer").first();

async function secondsLeft(page: Page): Promise<number> {
  const [minutes, seconds] = ((await timer(page).textContent()) ?? "").split(":");
  return Number(minutes) * 60 + Number(seconds);
}

test("hold, pay, and there is the ticket", async ({ page }) => {
  const showing = await holdSeats(page, ["E5", "E6"]);
  await expect(page.getByRole("heading", { name: "Almost yours" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Your order" })).toContainText("$24.00");
  await page.getByRole("button", { name: "Pay $24.00" }).click();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeFocused();
  await expect(page.getByText(showing.title).first()).toBeVisible();
});

test("a declined card costs nothing, and another one pays", async ({ page }) => {
  await holdSeats(page, ["E5"]);
  await page.getByRole("radio", { name: /0002/ }).click();
  await page.getByRole("button", { name: /^Pay/ }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("This card was not accepted");
  await expect(alert).toContainText("Your seats are still yours");
  await page.getByRole("radio", { name: /4242/ }).click();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
});

test("a card with a shaky line pays in the end", async ({ page }) => {
  await holdSeats(page, ["E5"]);
  await page.getByRole("radio", { name: /0341/ }).click();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
});

test("the end of a hold is seen as it happens, and the same seats are one tap away", async ({ page }) => {
  await holdSeats(page, ["E5", "E6"], "brief");
  await expect(timer(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Your hold has ended" })).toBeFocused();
  await expect(page.getByText("Nothing was charged")).toBeVisible();
  await page.getByRole("link", { name: "Try the same seats again" }).click();
  const map = new SeatPage(page);
  await map.expectChosen("E5", "E6");
  await map.hold();
});

for (const hours of [-7, 3]) {
  test(`the countdown is right on a device whose clock is ${hours} hours off`, async ({ page }) => {
    await page.addInitScript((shift) => {
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...args: [] | [number | string]) {
          if (args.length === 0) super(Real.now() + shift);
          else super(args[0]);
        }
        static override now() {
          return Real.now() + shift;
        }
      } as DateConstructor;
    }, hours * 3_600_000);
    await holdSeats(page, ["E5"]);
    const left = await secondsLeft(page);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60);
    await expect.poll(() => secondsLeft(page)).toBeLessThan(left);
  });
}

test("the countdown goes on after a reload, and in a second tab that pays for both", async ({ page, context }) => {
  await holdSeats(page, ["E5"]);
  const before = await secondsLeft(page);
  await page.reload();
  await expect(timer(page)).toBeVisible();
  const after = await secondsLeft(page);
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThanOrEqual(before);

  const second = await context.newPage();
  await second.goto(page.url());
  await expect(timer(second)).toBeVisible();
  expect(await secondsLeft(second)).toBeLessThanOrEqual(after);
  await second.getByRole("button", { name: /^Pay/ }).click();
  await expect(second.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
});

test("back to the map keeps the hold: it is said there, and one tap leads to the till again", async ({ page }) => {
  await holdSeats(page, ["E5"]);
  const till = page.url();
  await page.goBack();
  const banner = page.getByRole("region", { name: "Seats you hold" });
  await expect(banner).toContainText("You hold E5 for");
  await expect(new SeatPage(page).seat("E5")).toHaveAccessibleName(/yours/);
  await banner.getByRole("link", { name: "Pay now" }).click();
  await page.waitForURL(till);
  await expect(timer(page)).toBeVisible();
});

test("seats that are given back are free for others at once", async ({ page }) => {
  const showing = await holdSeats(page, ["E5"]);
  await page.getByRole("button", { name: "Give the seats back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /give/i }).click();
  await page.waitForURL("**/showtimes/*");
  await expect(page.getByText("You gave E5 back")).toBeVisible();
  await expect(new SeatPage(page).seat("E5")).toHaveAccessibleName(/available/);
  await (await Stranger.arrive(showing.base)).hold(showing, "E5");
});

test("after going back nothing is wished for again, and own seats are told from chosen ones", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing, "?seats=E5,E6");
  await map.expectChosen("E5", "E6");
  await map.hold();
  await page.goBack();
  await expect(page.getByRole("region", { name: "Seats you hold" })).toBeVisible();
  await expect(map.seat("E5")).toHaveAccessibleName(/yours/);
  await map.expectChosen();
  expect(new URL(page.url()).search).toBe("");
});
