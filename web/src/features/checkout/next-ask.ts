/** The first question is soon, for whoever comes back from the bank; then the bank is left more and more in peace. */
const first = 2_000;
const slowest = 60_000;

/** After how long, in milliseconds, the bank is asked again when it was `asked` times. */
export const nextAsk = (asked: number) => Math.min(first * 2 ** asked, slowest);
