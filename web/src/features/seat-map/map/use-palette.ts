import { useSyncExternalStore } from "react";
import { followTheme, readPalette, type Palette } from "./palette";

/** One reading for all who ask, as long as the theme stays. */
let known: Palette | undefined;
let followers = 0;
const forget = () => {
  known = undefined;
};
let unfollow: () => void = forget;

function subscribe(changed: () => void): () => void {
  // The reading is forgotten before anybody is told to read again.
  if (followers++ === 0) unfollow = followTheme(forget);
  const stop = followTheme(changed);
  return () => {
    stop();
    if (--followers > 0) return;
    unfollow();
    forget();
  };
}

/** The colours of the theme, for components that paint. */
export function usePalette(): Palette {
  return useSyncExternalStore(subscribe, () => (known ??= readPalette()));
}
