import { describe, expect, it } from "vitest";
import { englishOf } from "./locale";

describe("in whose manner dates are written", () => {
  it.each([
    [["en-GB", "en"], "en-GB"],
    [["de-AT", "de", "en-IE", "en-US"], "en-IE"],
    [["de-DE", "en"], "en"],
    [["EN-au"], "EN-au"],
    [["de-DE", "enm"], "en"],
    [[], "en"],
  ])("is of %j that of %s", (languages, locale) => {
    expect(englishOf(languages)).toBe(locale);
    expect(new Intl.DateTimeFormat(englishOf(languages)).resolvedOptions().locale).toMatch(/^en/);
  });
});
