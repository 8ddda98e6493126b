import { describe, expect, it } from "vitest";
import { isProblem, isUnanswered, Problem, problemOf, sentence } from "./problem";

const answer = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

describe("problemOf", () => {
  it("reads a problem document", () => {
    const document = { type: "about:blank", title: "Taken", status: 409, code: "seats_taken", seats: ["A1"] };
    expect(problemOf(answer(409), document)).toMatchObject({
      code: "seats_taken",
      status: 409,
      message: "Taken",
      seats: ["A1"],
      retryAfter: undefined,
    });
    expect(problemOf(answer(409), { ...document, detail: "A1 is gone" }).message).toBe("A1 is gone");
  });

  it("knows when to try again", () => {
    expect(problemOf(answer(503, { "Retry-After": "2" }), undefined).retryAfter).toBe(2);
    expect(problemOf(answer(503, { "Retry-After": "0" }), undefined).retryAfter).toBeUndefined();
    expect(problemOf(answer(503, { "Retry-After": "soon" }), undefined).retryAfter).toBeUndefined();
  });

  it.each([
    [502, "<html>", "gateway"],
    [503, "<html>", "gateway"],
    [500, undefined, "gateway"],
    [404, null, "unreadable"],
    [400, { code: 7, title: "odd" }, "unreadable"],
    [400, { code: "odd" }, "unreadable"],
  ])("takes what is no document (%d %j) for what a proxy wrote", (status, body, code) => {
    expect(problemOf(answer(status), body)).toMatchObject({ code, status, seats: [] });
  });
});

describe("a problem", () => {
  it("passes if it was the network or a server that is away", () => {
    expect(new Problem("network", "").passing).toBe(true);
    expect(new Problem("unavailable", "", { status: 503 }).passing).toBe(true);
    expect(new Problem("gateway", "", { status: 502 }).passing).toBe(true);
    expect(new Problem("gateway", "", { status: 504 }).passing).toBe(true);
    expect(new Problem("seats_taken", "", { status: 409 }).passing).toBe(false);
    expect(new Problem("internal", "", { status: 500 }).passing).toBe(false);
  });

  it("is told by its code", () => {
    const problem = new Problem("hold_expired", "");
    expect(isProblem(problem)).toBe(true);
    expect(isProblem(problem, "not_payable", "hold_expired")).toBe(true);
    expect(isProblem(problem, "not_payable")).toBe(false);
    expect(isProblem(new Error("hold_expired"), "hold_expired")).toBe(false);
  });
});

describe("sentence", () => {
  it.each([
    ["the network", new Problem("network", "fetch failed"), /cannot be reached/],
    [
      "a broken engine",
      new Problem("internal", "panic", { status: 500 }),
      /^Something broke on our side\. Please try again\.$/,
    ],
    ["a refused token", new Problem("unauthenticated", "no such guest", { status: 401 }), /this browser’s key/],
    ["a proxy without an engine", new Problem("gateway", "<html>", { status: 502 }), /busy/],
    ["an engine that wants time", new Problem("unavailable", "", { status: 503, retryAfter: 20 }), /in 20 seconds\.$/],
    ["an engine that wants a moment", new Problem("unavailable", "", { status: 503, retryAfter: 2 }), /in a moment\.$/],
    ["a busy engine", new Problem("unavailable", "valkey is away", { status: 503 }), /busy/],
    ["what the engine says", new Problem("x", "the hold is over"), /^The hold is over\.$/],
    ["what ends by itself", new Error("Really?"), /^Really\?$/],
    ["an error without words", new Error(""), /^Something went wrong\.$/],
    ["what is no error", "oops", /^Something went wrong\.$/],
  ])("has words for %s", (_, error, words) => {
    expect(sentence(error)).toMatch(words);
  });
});

describe("a request without an answer", () => {
  it.each([
    ["the network failed", new Problem("network", ""), true],
    ["the engine gave up waiting", new Problem("unavailable", "", { status: 503 }), true],
    ["a proxy gave up waiting", new Problem("gateway", "The answer cannot be read", { status: 504 }), true],
    ["something broke", new Problem("internal", "", { status: 500 }), true],
    ["no problem at all", new TypeError("x"), true],
    ["it was declined", new Problem("payment_declined", "", { status: 402 }), false],
    ["seats were taken", new Problem("seats_taken", "", { status: 409 }), false],
    ["too many holds", new Problem("hold_limit", "", { status: 429 }), false],
  ])("%s", (_, error, unanswered) => {
    expect(isUnanswered(error)).toBe(unanswered);
  });
});
