import { expect, test, type Download, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { show } from "./box-office";
import { SeatPage } from "./seat-page";

const reader = createRequire(import.meta.url).resolve("jsqr");

/** Buys two seats, pays for them on a display of that size, and waits for the ticket. */
async function buyTicket(page: Page, display?: { width: number; height: number }): Promise<void> {
  const map = await SeatPage.open(page, await show("screen-1"));
  await map.click("E5", "E6");
  await map.hold();
  if (display) await page.setViewportSize(display);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { name: "The seats are yours!" })).toBeVisible();
}

const bookingId = (page: Page) => page.url().split("/").at(-1) ?? "";
const codeOn = (page: Page) => page.getByRole("article").getByRole("img", { name: /^QR code/ });

/** What a scanner sees in a picture (PNG). */
async function scan(page: Page, picture: Buffer): Promise<string | undefined> {
  const desk = await page.context().newPage();
  await desk.addScriptTag({ path: reader });
  const words = await desk.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const brush = new OffscreenCanvas(image.width, image.height).getContext("2d");
    if (!brush) return undefined;
    brush.drawImage(image, 0, 0);
    const { data } = brush.getImageData(0, 0, image.width, image.height);
    const { jsQR } = window as unknown as { jsQR: typeof import("jsqr").default };
    return jsQR(data, image.width, image.height)?.data;
  }, picture.toString("base64"));
  await desk.close();
  return words;
}

/** How wide the page becomes within some time, while paper flies. */
const widest = (page: Page, milliseconds: number) =>
  page.evaluate(async (time) => {
    let wide = 0;
    for (const end = performance.now() + time; performance.now() < end;) {
      wide = Math.max(wide, document.documentElement.scrollWidth);
      await new Promise(requestAnimationFrame);
    }
    return wide;
  }, milliseconds);

const part = (token: string, i: number) =>
  JSON.parse(Buffer.from(token.split(".")[i] ?? "", "base64url").toString()) as Record<string, unknown>;

async function downloaded(page: Page, button: string): Promise<{ file: Download; bytes: Buffer }> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const file = await download;
  return { file, bytes: await readFile(await file.path()) };
}

test.describe("in the dark", () => {
  test.use({ colorScheme: "dark" });

  test("the code is the signed token, on the smallest phone, in the picture and on a sheet", async ({ page }) => {
    await buyTicket(page, { width: 320, height: 640 });
    expect(await widest(page, 1_500)).toBeLessThanOrEqual(320);
    await expect(codeOn(page)).toBeVisible();
    const token = (await scan(page, await codeOn(page).screenshot())) ?? "";
    expect(part(token, 0)).toMatchObject({ alg: "EdDSA", typ: "ticket+jwt" });
    expect(part(token, 1)).toMatchObject({
      b: Buffer.from(bookingId(page).replaceAll("-", ""), "hex").toString("base64url"),
      p: "E5 E6",
    });

    const picture = await downloaded(page, "Save as image");
    expect(await scan(page, picture.bytes)).toBe(token);

    const sheet = await downloaded(page, "Ticket as PDF");
    expect(sheet.file.suggestedFilename()).toMatch(/^holdfast-[0-9A-F]{8}\.pdf$/);
    expect(sheet.bytes.subarray(0, 4).toString()).toBe("%PDF");
  });
});

test("a code that cannot be loaded says so, and comes with another try", async ({ page }) => {
  const broken = { type: "about:blank", title: "Internal", status: 500, code: "internal" };
  await page.route("**/v1/bookings/*/ticket*", (route) => route.fulfill({ status: 500, json: broken }));
  await buyTicket(page);
  const ticket = page.getByRole("article");
  await expect(ticket.getByText("The code could not be loaded")).toBeVisible();
  await expect(ticket.getByText(bookingId(page).slice(-8).toUpperCase())).toBeVisible();
  await page.getByRole("button", { name: "Ticket as PDF" }).click();
  await expect(page.getByText("The PDF could not be loaded")).toBeVisible();
  await page.getByRole("button", { name: "Save as image" }).click();
  await expect(page.getByText("The picture could not be made")).toBeVisible();

  await page.unroute("**/v1/bookings/*/ticket*");
  await ticket.getByRole("button", { name: "Try again" }).click();
  await expect(codeOn(page)).toBeVisible();
  await downloaded(page, "Ticket as PDF");
  await expect(page.getByText("The PDF could not be loaded")).toBeHidden();
  await downloaded(page, "Save as image");
  await expect(page.getByText("The picture could not be made")).toBeHidden();
});

test("what is not paid for has no ticket", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const map = await SeatPage.open(page, await show("screen-1"));
  await map.click("E5");
  await map.hold();
  await expect(page.getByRole("button", { name: /^Pay/ })).toBeVisible();
  await expect(codeOn(page)).toBeHidden();
  await expect(page.getByRole("button", { name: "Ticket as PDF" })).toBeHidden();
  expect(asked.filter((url) => url.includes("/ticket"))).toEqual([]);

  const answer = await page.evaluate(async (id) => {
    const token = localStorage.getItem("holdfast.guest");
    const response = await fetch(`/v1/bookings/${id}/ticket`, { headers: { Authorization: `Bearer ${token}` } });
    return { status: response.status, ...((await response.json()) as { code: string }) };
  }, bookingId(page));
  expect(answer).toMatchObject({ status: 409, code: "no_ticket" });
});

test("a ticket that was used says when, and is not to be cancelled", async ({ page }) => {
  await buyTicket(page);
  await expect(page.getByRole("button", { name: "Cancel this booking" })).toBeVisible();
  // As the engine has it once an usher has scanned the code.
  await page.route(`**/v1/bookings/${bookingId(page)}`, async (route) => {
    const response = await route.fetch();
    const { refund: _, ...booking } = (await response.json()) as Record<string, unknown>;
    await route.fulfill({ response, json: { ...booking, checkedInAt: "2030-01-02T19:12:00Z" } });
  });
  await page.reload();
  await expect(page.getByText("Checked in at 7:12 PM")).toBeVisible();
  await expect(page.getByText("This booking cannot be cancelled any more.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Cancel this booking" })).toBeHidden();
  await expect(page.getByText("Show the code at the door")).toBeHidden();
  await page.unrouteAll({ behavior: "wait" });
});
