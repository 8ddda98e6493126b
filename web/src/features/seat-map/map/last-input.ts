/** Pressed alone these mean nothing yet. */
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]);

/**
 * Tells by what the reader last spoke to the page: at every key, and at every press of a pointer. Browsers take
 * focus that a script sets on a page just opened for the keyboard's, though a finger may have led to it.
 */
export function followLastInput(told: (keys: boolean) => void): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal, capture: true };
  document.addEventListener("keydown", (event) => !MODIFIERS.has(event.key) && told(true), options);
  document.addEventListener("pointerdown", () => told(false), options);
  return () => stop.abort();
}
