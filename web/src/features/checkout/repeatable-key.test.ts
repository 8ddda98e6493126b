import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "@/lib/api/problem";
import { RepeatableKey } from "./repeatable-key";

const network = new Problem("network", "The box office cannot be reached");
const busy = new Problem("unavailable", "the payment provider did not answer", { status: 503 });
const declined = new Problem("payment_declined", "the card was declined", { status: 402 });

describe("the name of a request", () => {
  let made = 0;
  let key: RepeatableKey;
  beforeEach(() => {
    made = 0;
    key = new RepeatableKey(() => `key-${++made}`);
  });

  it("stays when the request is repeated after nobody answered", () => {
    const first = key.of("pay tok_ok");
    key.failed(network);
    expect(key.of("pay tok_ok")).toBe(first);
    key.failed(busy);
    expect(key.of("pay tok_ok")).toBe(first);
  });

  it("is new after a refusal", () => {
    const first = key.of("pay tok_declined");
    key.failed(declined);
    expect(key.of("pay tok_declined")).not.toBe(first);
  });

  it("is new for another request, and does not come back with the first one", () => {
    const first = key.of("pay tok_slow");
    key.failed(busy);
    const second = key.of("pay tok_ok");
    expect(second).not.toBe(first);
    key.failed(network);
    expect(key.of("pay tok_slow")).not.toBe(first);
  });

  it("is new after a success", () => {
    const first = key.of("hold F7");
    key.answered();
    expect(key.of("hold F7")).not.toBe(first);
  });
});
