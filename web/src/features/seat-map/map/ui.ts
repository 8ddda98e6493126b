import type { Box, View } from "./camera";

/** What React shows around the canvases. Another object at each change. */
export interface MapUi {
  /** The seat that is pointed at or focused, and where it is in the view. */
  tip: { seat: number; box: Box } | undefined;
  canZoomIn: boolean;
  canZoomOut: boolean;
  /** The hall lies as the button for the whole of it would lay it. */
  whole: boolean;
  /** So little of the hall is seen that a small map of it helps. */
  lost: boolean;
  view: View;
}

export const NO_VIEW: View = { width: 0, height: 0, insets: { left: 0, top: 0, right: 0, bottom: 0 } };

/** Keeps what React shows, as an external store of it. */
export class UiStore {
  private ui: MapUi = { tip: undefined, canZoomIn: false, canZoomOut: false, whole: true, lost: false, view: NO_VIEW };
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): MapUi => this.ui;

  /** Tells the listeners, if something they show has changed. */
  set(next: MapUi): void {
    const last = this.ui;
    const same =
      last.canZoomIn === next.canZoomIn &&
      last.canZoomOut === next.canZoomOut &&
      last.whole === next.whole &&
      last.lost === next.lost &&
      last.view === next.view &&
      last.tip?.seat === next.tip?.seat &&
      last.tip?.box.left === next.tip?.box.left &&
      last.tip?.box.top === next.tip?.box.top &&
      last.tip?.box.right === next.tip?.box.right;
    if (same) return;
    this.ui = next;
    for (const listener of this.listeners) listener();
  }
}
