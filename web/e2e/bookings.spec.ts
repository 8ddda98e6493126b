import { expect, test, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { houses, show, Stranger, type Showing } from "./box-office";
import { SeatPage } from "./seat-page";

async function buyTicket(page: Page, ...seats: string[]): Promise<Showing> {
  return buyTicketOf(await show("screen-1"), page, ...seats);
}

async function buyTicketOf(showing: Showing, page: Page, ...seats: string[]): Promise<Showing> {
  const map = await SeatPage.open(page, showing);
  await map.click(...seats);
  await map.hold();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
  return showing;
}

test("the ticket has its code, and can be saved, printed and put into a calendar", async ({ page }) => {
  const showing = await buyTicket(page, "E5", "E6");
  const ticket = page.getByRole("article", { name: `Ticket for ${showing.title}` });
  await expect(ticket.getByRole("img", { name: /code/i })).toBeVisible();
  await expect(ticket).toContainText("E5");

  const picture = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as image" }).click();
  const image = await picture;
  expect(image.suggestedFilename()).toMatch(/^holdfast-[0-9A-F]{8}\.png$/);
  expect((await readFile(await image.path())).subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");

  const calendar = page.waitForEvent("download");
  await page.getByRole("button", { name: "Add to calendar" }).click();
  const ics = await readFile(await (await calendar).path(), "utf8");
  expect(ics).toContain("BEGIN:VEVENT\r\n");
  expect(ics).toContain(showing.title);

  await page.emulateMedia({ media: "print" });
  await expect(ticket).toBeVisible();
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(page.getByRole("button", { name: "Save as image" })).toBeHidden();
});

test("a ticket survives a reload and is among my bookings", async ({ page }) => {
  const showing = await buyTicket(page, "E5");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Your ticket" })).toBeVisible();
  await page.getByRole("link", { name: "My bookings" }).click();
  const upcoming = page.getByRole("region", { name: "Upcoming" });
  await expect(upcoming).toContainText(showing.title);
  await expect(upcoming).toContainText("Confirmed");
});

test("cancelling says what is refunded, refunds it, and frees the seats", async ({ page }) => {
  const showing = await buyTicket(page, "E5", "E6");
  await page.getByRole("button", { name: "Cancel this booking" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("You get $24.00 back");
  await dialog.getByRole("button", { name: "Cancel and refund $24.00" }).click();
  await expect(page.getByRole("heading", { name: "This booking is cancelled" })).toBeVisible();
  await expect(page.getByText("Your $24.00 was refunded.")).toBeVisible();
  await (await Stranger.arrive(showing.base)).hold(showing, "E5", "E6");

  await page.getByRole("button", { name: "What happened" }).click();
  await expect(page.getByText("$24.00 was given back to you.")).toBeVisible();
});

test("where a part is refunded only, it is said before and after", async ({ page }) => {
  await buyTicketOf(await show("screen-1", { house: "brief" }), page, "E5", "E6");
  await page.getByRole("button", { name: "Cancel this booking" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("You get $12.00 of your $24.00 back");
  await dialog.getByRole("button", { name: "Cancel and refund $12.00" }).click();
  await expect(page.getByText("$12.00 of the $24.00 that you paid was refunded.")).toBeVisible();
  await page.getByRole("button", { name: "What happened" }).click();
  await expect(page.getByText("$12.00 was given back to you.")).toBeVisible();
});

test("what waits for payment counts down among my bookings", async ({ page }) => {
  const showing = await show("screen-1");
  const map = await SeatPage.open(page, showing);
  await map.click("E5");
  await map.hold();
  await page.getByRole("link", { name: "My bookings" }).click();
  const waiting = page.getByRole("region", { name: "Waiting for payment" });
  await expect(waiting).toContainText(showing.title);
  await expect(waiting.getByRole("timer")).toHaveText(/^[01]:\d\d$/);
});

test("a newcomer has no bookings, and nobody sees those of others", async ({ page, browser }) => {
  await buyTicket(page, "E5");
  const stranger = await browser.newContext();
  const theirs = await stranger.newPage();
  await theirs.goto(page.url());
  await expect(theirs.getByRole("heading", { name: "We cannot find this booking" })).toBeVisible();
  await stranger.close();

  const fresh = await browser.newContext();
  const newcomer = await fresh.newPage();
  const { main } = await houses();
  await newcomer.goto(`${main}/bookings`);
  await expect(newcomer.getByRole("heading", { name: "My bookings" })).toBeVisible();
  await expect(newcomer.getByRole("main").getByRole("link", { name: "See what is on" })).toBeVisible();
  expect(await newcomer.evaluate(() => localStorage.getItem("holdfast.guest"))).toBeNull();
  await fresh.close();
});
