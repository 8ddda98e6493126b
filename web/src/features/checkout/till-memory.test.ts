import { describe, expect, it } from "vitest";
import { parseMemory } from "./till-memory";

describe("what the till remembers over a reload", () => {
  it("is read as it was written", () => {
    const memory = { token: "tok_slow", begun: 1_795_000_000_000 };
    expect(parseMemory(JSON.stringify(memory))).toEqual(memory);
    expect(parseMemory(JSON.stringify({ token: "tok_ok", begun: undefined }))).toEqual({ token: "tok_ok" });
  });

  it.each([null, "", "{", "7", "null", "[]", '{"token":7,"begun":"soon"}', '{"token":"tok_gone","begun":null}'])(
    "is nothing where %j is kept",
    (text) => {
      expect(parseMemory(text)).toEqual({});
    },
  );

  it("keeps the good half", () => {
    expect(parseMemory('{"token":"tok_gone","begun":5}')).toEqual({ begun: 5 });
  });
});
