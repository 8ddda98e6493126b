/**
 * In whose manner numbers, dates and times are written. The page is in English, so that a date in another
 * language would be a stranger in its sentences: the first English that the reader has asked for counts.
 */
export function englishOf(languages: readonly string[]): string {
  return languages.find((language) => /^en(-|$)/i.test(language)) ?? "en";
}

export const locale = englishOf(typeof navigator === "undefined" ? ["en-US"] : navigator.languages);
