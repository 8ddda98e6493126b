import { describe, expect, it, vi } from "vitest";
import { Problem } from "./api/problem";
import type { BookingStatus, KnownBooking } from "./api/types";
import { cancelled } from "./cancelling";

const booking = (status: BookingStatus) => ({ id: "b", status }) as KnownBooking;
const failing = (error: Error) => () => Promise.reject(error);
const network = new Problem("network", "");
const gateway = new Problem("gateway", "", { status: 502 });
const refused = new Problem("not_cancellable", "too late", { status: 409 });

describe("cancelling a booking", () => {
  it("takes the answer where there is one, and does not look further", async () => {
    const look = vi.fn(() => Promise.resolve(booking("confirmed")));
    const answer = booking("cancelled");
    expect(await cancelled(() => Promise.resolve(answer), look)).toEqual({ booking: answer });
    await expect(cancelled(failing(refused), look)).rejects.toBe(refused);
    expect(look).not.toHaveBeenCalled();
  });

  it.each([network, gateway])("is done where the answer was lost and the booking says so (%#)", async (lost) => {
    const now = booking("cancelled");
    expect(await cancelled(failing(lost), () => Promise.resolve(now))).toEqual({ booking: now });
  });

  it("is unclear where the answer was lost and the booking stands, or cannot be asked for", async () => {
    expect(await cancelled(failing(network), () => Promise.resolve(booking("confirmed")))).toEqual({
      unclear: { since: "standing" },
    });
    expect(await cancelled(failing(network), () => Promise.resolve(undefined))).toEqual({
      unclear: { since: "unreachable" },
    });
  });
});
