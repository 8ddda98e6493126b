/** A card that the sandbox knows, as somebody's wallet would show it. */
export interface TestCard {
  token: string;
  name: string;
  behaviour: string;
}

export const testCards: readonly [TestCard, ...TestCard[]] = [
  { token: "tok_ok", name: "Visa ending 4242", behaviour: "Works" },
  { token: "tok_declined", name: "Visa ending 0002", behaviour: "Is declined" },
  { token: "tok_flaky", name: "Visa ending 0341", behaviour: "Shaky line, works at the third try" },
  { token: "tok_challenge", name: "Visa ending 3220", behaviour: "Your bank asks you to approve" },
  { token: "tok_slow", name: "Visa ending 1234", behaviour: "The bank decides after the hold" },
];
