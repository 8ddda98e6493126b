import { expect, type Locator, type Page } from "@playwright/test";
import type { Showing } from "./box-office";

/** A seat map in a browser, as a person uses it. */
export class SeatPage {
  constructor(readonly page: Page) {}

  static async open(page: Page, showing: Showing, query = ""): Promise<SeatPage> {
    await page.goto(`${showing.base}/showtimes/${showing.id}${query}`);
    const map = new SeatPage(page);
    await expect(map.grid).toBeAttached();
    await map.live();
    return map;
  }

  get grid(): Locator {
    return this.page.getByRole("grid");
  }

  /** Waits until the map is connected. */
  async live(): Promise<void> {
    await expect(this.page.getByText("Live", { exact: true })).toBeVisible();
  }

  /** The cell that assistive technology finds where the seat is painted. */
  seat(id: string): Locator {
    return this.page.locator(`[data-seat="${id}"]`);
  }

  /** The middle of the seat on the screen. */
  async spot(id: string): Promise<{ x: number; y: number }> {
    const box = await this.seat(id).boundingBox();
    if (!box) throw new Error(`seat ${id} is not on the map`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** How wide the seat is on the screen, in pixels. */
  async width(id: string): Promise<number> {
    return (await this.seat(id).boundingBox())?.width ?? 0;
  }

  /** Waits until the map has come to rest: the seat is where it was a few frames before. */
  async still(id: string): Promise<void> {
    let last = { x: NaN, y: NaN };
    await expect
      .poll(async () => {
        const now = await this.spot(id);
        const moved = now.x !== last.x || now.y !== last.y;
        last = now;
        return moved;
      })
      .toBe(false);
  }

  /** What is painted where the seat is. */
  async picture(id: string): Promise<Buffer> {
    const box = await this.seat(id).boundingBox();
    if (!box) throw new Error(`seat ${id} is not on the map`);
    await this.page.mouse.move(1, 1); // away, where it raises no tooltip
    return this.page.screenshot({ clip: box });
  }

  async click(...ids: string[]): Promise<void> {
    for (const id of ids) {
      const { x, y } = await this.spot(id);
      await this.page.mouse.click(x, y);
    }
  }

  /** Clicks seats until they are chosen: the map may still be on its way into place. */
  async choose(...ids: string[]): Promise<void> {
    for (const id of ids) {
      await this.still(id);
      await expect(async () => {
        if ((await this.seat(id).getAttribute("aria-selected")) !== "true") await this.click(id);
        await expect(this.seat(id)).toHaveAttribute("aria-selected", "true", { timeout: 1_000 });
      }).toPass();
    }
  }

  async tap(...ids: string[]): Promise<void> {
    for (const id of ids) {
      const { x, y } = await this.spot(id);
      await this.page.touchscreen.tap(x, y);
    }
  }

  /** Presses the mouse on one seat, draws it to another, and lets go. */
  async draw(from: string, to: string): Promise<void> {
    const [a, b] = [await this.spot(from), await this.spot(to)];
    await this.page.mouse.move(a.x, a.y);
    await this.page.mouse.down();
    await this.page.mouse.move(b.x, b.y, { steps: 4 });
    await this.page.mouse.up();
  }

  async expectChosen(...ids: string[]): Promise<void> {
    for (const id of ids) await expect(this.seat(id)).toHaveAttribute("aria-selected", "true");
    await expect(this.page.locator('[data-seat][aria-selected="true"]')).toHaveCount(ids.length);
  }

  get holdButton(): Locator {
    return this.page.getByRole("button", { name: /^Hold \d+ seats?$/ });
  }

  /** Holds what is chosen, and waits for the page where it is paid. */
  async hold(): Promise<void> {
    await this.holdButton.click();
    await this.page.waitForURL("**/bookings/*");
  }
}
