import type { Palette } from "./palette";
import type { Plan } from "./plan";

/** What the painters paint: the hall, and what is known of its seats now. */
export interface Scene {
  plan: Plan;
  palette: Palette;
  /** Canvas pixels per CSS pixel. */
  ratio: number;
  /** What each seat looks like on the base layer, by index: LOOK_AVAILABLE to LOOK_MINE. */
  looks: Uint8Array;
  /** The category that is not dimmed, or -1 where none is. */
  spotlight: number;
}

/** How a picture lies on the hall: its middle in seat widths, its scale, and its size in CSS pixels. */
export interface Frame {
  x: number;
  y: number;
  scale: number;
  width: number;
  height: number;
}

/** How much of a dimmed seat is left. */
export const DIMMED = 0.22;

/** A colour of the page with an alpha of 0 to 255. The colours of the house are all written as six digits (see readPalette). */
export function faded(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha).toString(16).padStart(2, "0")}`;
}

export const FONT = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
