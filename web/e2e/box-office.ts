/** What the tests arrange behind the page's back. */

const control = process.env.HOLDFAST_E2E_CONTROL ?? "";

/**
 * `main` holds for a minute, `brief` and `frail` for eight seconds. `brief` adds four while a bank decides, and
 * gives half of the money back to who cancels. The API of `frail` may be stopped.
 */
export type HouseName = "main" | "brief" | "frail";

/** `screen-1` has 140 seats, `screen-2` 292 with wheelchair places, `screen-3` 1,200, `arena` 10,000. */
export type Hall = "screen-1" | "screen-2" | "screen-3" | "arena" | "pocket";

async function order<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(control + path, body ? { method: "POST", body: JSON.stringify(body) } : {});
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

export const houses = () => order<Record<HouseName, string>>("/houses");

let shown = 0;

export interface Showing {
  id: string;
  title: string;
  /** Where the page of the house is. */
  base: string;
  /** Where its list shows the day of this showing. */
  list: string;
}

/** Puts a movie of the test's own on, which nobody else books. */
export async function show(
  hall: Hall,
  options: { house?: HouseName; seats?: number; title?: string } = {},
): Promise<Showing> {
  const { house = "main", seats = 8, title = `Test Reel ${process.pid}.${++shown}` } = options;
  const { id, startsAt } = await order<{ id: string; startsAt: string }>("/showtimes", { house, hall, title, seats });
  const base = (await houses())[house];
  return { id, title, base, list: `${base}/?day=${startsAt.slice(0, 10)}` }; // the tests' browsers live in UTC
}

export const stopAPI = (house: HouseName) => order<null>("/api/stop", { house });
export const startAPI = (house: HouseName) => order<null>("/api/start", { house });

/** Cancels a showing, with every booking of it. */
export const cancelShowing = (showing: Showing, house: HouseName = "main") =>
  order<null>("/showtimes/cancel", { house, showtime: showing.id });

/** Has the bank decide about a payment with the slow card, which it never does by itself here. */
export const decideSlow = (booking: string, house: HouseName = "main") =>
  order<null>("/bank/decide", { house, booking });

interface HeldBooking {
  id: string;
  status: string;
}

/** Somebody else, who books over the API. */
export class Stranger {
  private constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  static async arrive(base: string): Promise<Stranger> {
    const response = await fetch(`${base}/v1/guests`, { method: "POST" });
    const { token } = (await response.json()) as { token: string };
    return new Stranger(base, token);
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.base + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...(body ? { "Content-Type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async hold(showing: Showing, ...seatIds: string[]): Promise<HeldBooking> {
    return (await this.ask("POST", "/v1/bookings", { showtimeId: showing.id, seatIds })) as HeldBooking;
  }

  async buy(showing: Showing, ...seatIds: string[]): Promise<HeldBooking> {
    const booking = await this.hold(showing, ...seatIds);
    await this.ask("POST", `/v1/bookings/${booking.id}/payments`, { method: "sandbox", token: "tok_ok" });
    return booking;
  }

  async giveBack(booking: HeldBooking): Promise<void> {
    await this.ask("DELETE", `/v1/bookings/${booking.id}`);
  }
}
