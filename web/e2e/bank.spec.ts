import { expect, test, type Page } from "@playwright/test";
import { decideSlow, show, Stranger, type HouseName } from "./box-office";
import { SeatPage } from "./seat-page";

/** Holds a seat and pays with the card that ends so. */
async function payWith(page: Page, card: RegExp, house: HouseName = "main") {
  const showing = await show("screen-1", { house });
  const map = await SeatPage.open(page, showing);
  await map.click("E5");
  await map.hold();
  await pay(page, card);
  return showing;
}

async function pay(page: Page, card: RegExp) {
  await page.getByRole("radio", { name: card }).click();
  await page.getByRole("button", { name: /^Pay/ }).click();
}

const question = (page: Page) => page.getByRole("region", { name: "Your bank asks you to approve this payment" });
const waiting = (page: Page) => page.getByRole("region", { name: "Your bank is still deciding" });
const ticket = (page: Page) => page.getByRole("heading", { name: "The seats are yours!" });
const bookingOf = (page: Page) => new URL(page.url()).pathname.split("/").at(-1) ?? "";

test("the bank asks, and whoever approves with the keyboard has the ticket", async ({ page }) => {
  await payWith(page, /3220/);
  await expect(question(page).getByRole("heading")).toBeFocused();
  await expect(question(page)).toContainText("Do you want to pay $12.00 for these seats?");
  await expect(page.getByText("Kept while you answer", { exact: true })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("Nothing was charged");
  // The hold is longer now than the minute that it was.
  await expect(page.getByRole("timer").first()).toHaveText(/^[34]:\d\d$/);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Approve $12.00" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(ticket(page)).toBeFocused();
  await page.getByRole("button", { name: "What happened" }).click();
  await expect(page.getByText(/^We kept your seats for longer, until .*, while your bank decides\.$/)).toBeVisible();
});

test.describe("on a small phone", () => {
  test.use({ viewport: { width: 320, height: 640 }, contextOptions: { reducedMotion: "reduce" } });

  test("the question is in sight with its answers, and nothing covers them", async ({ page }) => {
    await payWith(page, /3220/);
    for (const name of ["Approve $12.00", "Decline"])
      await expect(page.getByRole("button", { name })).toBeInViewport({ ratio: 1 });
    await question(page).getByRole("button", { name: "Decline" }).click({ trial: true });
  });
});

test("whoever declines has paid nothing, and another card pays", async ({ page }) => {
  await payWith(page, /3220/);
  await question(page).getByRole("button", { name: "Decline" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("This card was not accepted");
  await expect(alert).toContainText("Nothing was charged");
  await expect(question(page)).toBeHidden();
  await expect(page.getByRole("heading", { name: "Pay with" })).toBeFocused();
  await pay(page, /4242/);
  await expect(ticket(page)).toBeVisible();
});

test("another card instead of an answer gives the question up", async ({ page }) => {
  await payWith(page, /3220/);
  await expect(question(page)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Or pay with another card" })).toBeVisible();
  await pay(page, /4242/);
  await expect(ticket(page)).toBeVisible();
});

test("the question is there after a reload and in a second tab, which both see the answer", async ({
  page,
  context,
}) => {
  await payWith(page, /3220/);
  await expect(question(page)).toBeVisible();
  await page.reload();
  await expect(question(page).getByRole("heading")).toBeFocused();
  const second = await context.newPage();
  await second.goto(page.url());
  await question(second).getByRole("button", { name: "Decline" }).click();
  await expect(second.getByRole("alert")).toContainText("This card was not accepted");
  await expect(question(page)).toBeHidden();
  await expect(page.getByText("Your last payment did not go through")).toBeVisible();

  await pay(page, /3220/);
  await expect(question(second)).toBeVisible();
  await question(page).getByRole("button", { name: "Approve $12.00" }).click();
  await expect(ticket(page)).toBeVisible();
  await expect(ticket(second)).toBeVisible();
});

test("an answer that is lost on the way can be given again", async ({ page, context }) => {
  await payWith(page, /3220/);
  let cut = true;
  await context.route("**/confirmation", (route) =>
    cut && route.request().postData()?.includes("approve") ? route.abort() : route.fallback(),
  );
  await question(page).getByRole("button", { name: "Approve $12.00" }).click();
  await expect(page.getByRole("alert")).toContainText("We do not know whether your answer arrived");
  cut = false;
  await question(page).getByRole("button", { name: "Approve $12.00" }).click();
  await expect(ticket(page)).toBeVisible();
});

test("what was not known of an answer is forgotten when the payment is decided elsewhere", async ({
  page,
  context,
}) => {
  await payWith(page, /3220/);
  await page.route("**/confirmation", (route) => route.abort());
  await question(page).getByRole("button", { name: "Approve $12.00" }).click();
  await expect(page.getByRole("alert")).toContainText("We do not know whether your answer arrived");
  const second = await context.newPage();
  await second.goto(page.url());
  await question(second).getByRole("button", { name: "Decline" }).click();
  await expect(page.getByText("Your last payment did not go through")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a bank that takes its time is waited for, and keeps what it was asked for", async ({ page }) => {
  await payWith(page, /1234/);
  await expect(waiting(page).getByRole("heading")).toBeFocused();
  await page.waitForRequest("**/confirmation"); // the page asks by itself how it goes
  await expect(page.getByText("Kept while your bank decides")).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(/nothing (was|has been) charged/i);
  await pay(page, /4242/);
  await expect(page.getByRole("alert")).toContainText("Your bank does not let go of this payment");
  await page.getByRole("link", { name: "My bookings" }).click();
  await expect(page.getByText("Waiting for your bank")).toBeVisible();
  await page.getByRole("link", { name: "See payment" }).click();
  await decideSlow(bookingOf(page));
  await expect(ticket(page)).toBeVisible();
});

test("of a payment whose provider is silent the page says what the booking knows", async ({ page }) => {
  await page.route("**/payments", async (route) => {
    await route.fetch();
    await route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      json: { type: "about:blank", title: "Unavailable", status: 503, code: "provider_unavailable" },
    });
  });
  await payWith(page, /1234/);
  await expect(waiting(page).getByRole("heading")).toBeFocused();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await decideSlow(bookingOf(page));
  await expect(ticket(page)).toBeVisible();
});

test("a bank with a page of its own is one link away, and another provider’s script is not loaded", async ({
  page,
}) => {
  await payWith(page, /3220/);
  let action: object = { type: "redirect", url: "https://bank.example/3ds" };
  await page.route(/\/v1\/bookings\/[^/]+$/, async (route) => {
    const booking = (await (await route.fetch()).json()) as { payment: object };
    await route.fulfill({ json: { ...booking, payment: { ...booking.payment, action } } });
  });
  await expect(page.getByRole("link", { name: "Go to your bank" })).toHaveAttribute("href", "https://bank.example/3ds");
  action = { type: "stripe", data: { client_secret: "x" } };
  await expect(page.getByRole("heading", { name: "This payment cannot go on here" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Go to your bank" })).toBeHidden();
  await page.unrouteAll({ behavior: "wait" }); // the page goes on asking, and an answer may be on its way
});

test("where only other providers are switched on, the page says that it cannot pay", async ({ page }) => {
  await page.route("**/v1/payment-methods", (route) => route.fulfill({ json: { items: [{ id: "stripe" }] } }));
  const map = await SeatPage.open(page, await show("screen-1"));
  await map.click("E5");
  await map.hold();
  await expect(page.getByText("You cannot pay on this page")).toBeVisible();
  await expect(page.getByRole("radio")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Pay/ })).toHaveCount(0);
});

test("money that comes after the end of the hold still buys seats that are free", async ({ page }) => {
  await payWith(page, /1234/, "brief");
  await expect(waiting(page)).toBeVisible();
  await expect(page.getByText("Pay soon to keep your seats")).toBeHidden();
  await expect(page.getByRole("heading", { name: "Your hold has ended" })).toBeFocused();
  await expect(page.getByText("Your bank has not answered yet.")).toBeVisible();
  await expect(page.getByText("We keep asking your bank")).toBeVisible();
  await page.getByRole("link", { name: "My bookings" }).click();
  await expect(page.getByText("Payment not decided yet")).toBeVisible();
  await page.goBack();
  await decideSlow(bookingOf(page), "brief");
  await expect(page.getByText("Your payment came after your time was over.")).toBeVisible();
  await expect(ticket(page)).toBeVisible();
});

test("money that comes when the seats are gone is never kept", async ({ page }) => {
  const showing = await payWith(page, /1234/, "brief");
  await expect(page.getByText("Your bank has not answered yet.")).toBeVisible();
  await (await Stranger.arrive(showing.base)).buy(showing, "E5");
  await decideSlow(bookingOf(page), "brief");
  // The time to pay is told without what the bank was given.
  await expect(page.getByText("You had 8 seconds to pay, and 4 seconds more for your bank to decide.")).toBeVisible();
  await expect(page.getByText("Nothing was charged.")).toBeVisible();
});
