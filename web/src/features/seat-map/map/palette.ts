/** What a seat looks like: the four statuses by their codes of the model, and two that are the reader's own. */
export const LOOK_AVAILABLE = 0;
export const LOOK_HELD = 1;
export const LOOK_SOLD = 2;
export const LOOK_BLOCKED = 3;
export const LOOK_MINE = 4;
export const LOOK_SELECTED = 5;

/** The colours of a theme, as the canvas takes them. */
export interface Palette {
  dark: boolean;
  bg: string;
  surface: string;
  raised: string;
  ink: string;
  muted: string;
  line: string;
  edge: string;
  accent: string;
  accentInk: string;
  good: string;
  focus: string;
  /** Of the categories, by index; repeated where there are more. */
  tiers: readonly Tier[];
}

/** The fill of a category's seats, and what is written on it. */
export interface Tier {
  fill: string;
  ink: string;
}

const tiers = (ink: string, fills: readonly string[], except: Record<number, string> = {}): Tier[] =>
  fills.map((fill, i) => ({ fill, ink: except[i] ?? ink }));

/**
 * Told apart by readers with any of the common kinds of colour blindness, since they differ in lightness too,
 * with a contrast of 3 or more to the ground and of 4.5 or more to what is written on them. Red is left to the
 * seats of the reader. Beside, categories have a shape of their own.
 */
export const tierColours = {
  light: tiers("#ffffff", ["#2f6db5", "#c67a00", "#7b3f9e", "#0a7a62", "#8a5a44", "#4f5f6f"], { 1: "#1d1300" }),
  dark: tiers("#14101a", ["#6cabf0", "#f2b04a", "#c995ea", "#58cfae", "#d9a184", "#a9b8c7"]),
};

export const TIER_SHAPES = 6;

/** The colours that the page has now. Reading them makes the browser compute styles: once per theme. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => sixDigits(style.getPropertyValue(name).trim());
  const dark = style.colorScheme.includes("dark");
  return {
    dark,
    bg: token("--bg"),
    surface: token("--surface"),
    raised: token("--raised"),
    ink: token("--ink"),
    muted: token("--muted"),
    line: token("--line"),
    edge: token("--edge"),
    accent: token("--accent"),
    accentInk: token("--accent-ink"),
    good: token("--good"),
    focus: token("--focus"),
    tiers: tierColours[dark ? "dark" : "light"],
  };
}

/** The same colour written long: what packs the style for delivery writes `#ffffff` as `#fff`. */
export function sixDigits(colour: string): string {
  return /^#[0-9a-f]{3}$/i.test(colour) ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
}

/** Calls whenever the theme has changed: public/theme.js tells, of the system and of the switch in the page. */
export function followTheme(changed: () => void): () => void {
  window.addEventListener("holdfast:theme", changed);
  return () => window.removeEventListener("holdfast:theme", changed);
}

/** The colours of a category. */
export function tierOf(palette: Palette, tier: number): Tier {
  return palette.tiers[tier % palette.tiers.length] ?? { fill: palette.ink, ink: palette.bg };
}

/** Pixels of the device per CSS pixel, for canvases: beyond two nobody sees the difference, but the battery does. */
export function pixelRatio(): number {
  return Math.min(2, window.devicePixelRatio || 1);
}
