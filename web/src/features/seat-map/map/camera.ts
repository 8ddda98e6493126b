/** What the map looks at: a point of the hall, in seat widths, in the middle of the view, and how large a seat width is. */
export interface Camera {
  x: number;
  y: number;
  /** Pixels (CSS) per seat width. */
  scale: number;
}

/** Left, top, right, bottom: a part of the hall in seat widths, or of the view in pixels. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The element that shows the map, in CSS pixels, and how much of its sides is kept free for what lies over it. */
export interface View {
  width: number;
  height: number;
  insets: Box;
}

export interface Point {
  x: number;
  y: number;
}

/** A seat is at most about 56 px large; a seat fills 0.84 of its width. */
export const MAX_SCALE = 56 / 0.84;

/** The scale at which the whole box is just seen, and never more than the largest. */
export function fitScale(view: View, box: Box): number {
  const { insets } = view;
  const width = Math.max(1, view.width - insets.left - insets.right);
  const height = Math.max(1, view.height - insets.top - insets.bottom);
  return Math.min(
    MAX_SCALE,
    width / Math.max(1e-6, box.right - box.left),
    height / Math.max(1e-6, box.bottom - box.top),
  );
}

export function fit(view: View, box: Box): Camera {
  return clamp({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, scale: 0 }, view, box);
}

/**
 * The nearest camera that is allowed: between the whole hall and the largest seats, with no more empty
 * ground than needed. Where the hall is smaller than the view it stays in the middle.
 */
export function clamp(camera: Camera, view: View, box: Box): Camera {
  const scale = Math.min(MAX_SCALE, Math.max(fitScale(view, box), camera.scale));
  const { insets } = view;
  return {
    x: clampAxis(camera.x, box.left, box.right, scale, view.width, insets.left, insets.right),
    y: clampAxis(camera.y, box.top, box.bottom, scale, view.height, insets.top, insets.bottom),
    scale,
  };
}

function clampAxis(
  middle: number,
  low: number,
  high: number,
  scale: number,
  size: number,
  before: number,
  after: number,
): number {
  const content = (high - low) * scale;
  if (content <= size - before - after) {
    // In the middle of the view, or as near to it as the insets let it.
    const at = Math.min(Math.max((size - content) / 2, before), size - after - content);
    return low + (size / 2 - at) / scale;
  }
  const least = low + (size / 2 - before) / scale;
  const most = high - (size / 2 - after) / scale;
  return Math.min(Math.max(middle, least), most);
}

/** Moves the hall by pixels. */
export function pan(camera: Camera, view: View, box: Box, dx: number, dy: number): Camera {
  return clamp({ x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale, scale: camera.scale }, view, box);
}

/** Zooms so that what is under a point of the view (pixels) stays there, as far as the limits let it. */
export function zoomAbout(camera: Camera, view: View, box: Box, at: Point, scale: number): Camera {
  const bounded = Math.min(MAX_SCALE, Math.max(fitScale(view, box), scale));
  const world = toWorld(camera, view, at);
  return clamp(
    {
      x: world.x - (at.x - view.width / 2) / bounded,
      y: world.y - (at.y - view.height / 2) / bounded,
      scale: bounded,
    },
    view,
    box,
  );
}

export function toWorld(camera: Camera, view: View, at: Point): Point {
  return {
    x: camera.x + (at.x - view.width / 2) / camera.scale,
    y: camera.y + (at.y - view.height / 2) / camera.scale,
  };
}

export function toView(camera: Camera, view: View, at: Point): Point {
  return {
    x: (at.x - camera.x) * camera.scale + view.width / 2,
    y: (at.y - camera.y) * camera.scale + view.height / 2,
  };
}

/** Whether all of the hall is seen: there is nothing to pan to. */
export function seesAll(camera: Camera, view: View, box: Box): boolean {
  return camera.scale <= fitScale(view, box) * 1.001;
}

/** The camera that shows a part of the hall, changing the scale only as far as needed to lie in the range. */
export function show(camera: Camera, view: View, box: Box, part: Box, leastScale: number): Camera {
  const wanted = Math.min(Math.max(camera.scale, leastScale), fitScale(view, part));
  if (wanted === camera.scale && contains(camera, view, part)) return camera;
  return clamp({ x: (part.left + part.right) / 2, y: (part.top + part.bottom) / 2, scale: wanted }, view, box);
}

/** Whether a part of the hall lies within the insets of the view. */
function contains(camera: Camera, view: View, part: Box): boolean {
  const low = toView(camera, view, { x: part.left, y: part.top });
  const high = toView(camera, view, { x: part.right, y: part.bottom });
  const { insets } = view;
  // Half a pixel of tolerance: at the hall's edge the two are computed in different ways.
  return (
    low.x >= insets.left - 0.5 &&
    low.y >= insets.top - 0.5 &&
    high.x <= view.width - insets.right + 0.5 &&
    high.y <= view.height - insets.bottom + 0.5
  );
}

/** The camera that brings a part into view by the shortest pan, at the same scale. */
export function bring(camera: Camera, view: View, box: Box, part: Box): Camera {
  const low = toView(camera, view, { x: part.left, y: part.top });
  const high = toView(camera, view, { x: part.right, y: part.bottom });
  const { insets } = view;
  const dx = shift(low.x, high.x, insets.left, view.width - insets.right);
  const dy = shift(low.y, high.y, insets.top, view.height - insets.bottom);
  return dx === 0 && dy === 0 ? camera : pan(camera, view, box, dx, dy);
}

function shift(low: number, high: number, from: number, to: number): number {
  // Less than a pixel is what rounding makes.
  if (low < from - 0.5) return from - low;
  return high > to + 0.5 ? to - high : 0;
}
