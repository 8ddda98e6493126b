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
  /**
   * The least and the largest height that the view has had since the hall was laid out in it, where those are not
   * the present one: what was allowed at any of them still is, so that nothing moves when the height changes.
   */
  heights?: { least: number; most: number };
}

export interface Point {
  x: number;
  y: number;
}

/** A seat is at most about 56 px large; a seat fills 0.84 of its width. */
export const MAX_SCALE = 56 / 0.84;

/** Of the free height, less than this in pixels would show too little of the hall to go on with. */
const USABLE = 96;

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

/** The whole hall in the view as it is now, whatever its height was before. */
export function fit(view: View, box: Box): Camera {
  return clamp({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, scale: 0 }, laidOut(view), box);
}

/** The smallest scale: that of the whole hall, at the least height there was. */
export function leastScale(view: View, box: Box): number {
  return view.heights ? fitScale({ ...view, height: view.heights.least }, box) : fitScale(view, box);
}

/**
 * The nearest camera that is allowed: between the whole hall and the largest seats, with no more empty
 * ground than needed. Where the hall is smaller than the view it stays in the middle.
 */
export function clamp(camera: Camera, view: View, box: Box): Camera {
  const scale = boundedScale(camera.scale, view, box);
  const { width, height, insets } = view;
  const { least, most } = view.heights ?? { least: height, most: height };
  const across = (box.right - box.left) * scale;
  const down = (box.bottom - box.top) * scale;
  const [leftmost, rightmost] = startsOf(across, width, insets.left, insets.right);
  const [highest] = startsOf(down, least, insets.top, insets.bottom);
  const [, lowest] = startsOf(down, most, insets.top, insets.bottom);
  return {
    x: box.left + (width / 2 - bounded(width / 2 - (camera.x - box.left) * scale, leftmost, rightmost)) / scale,
    y: box.top + (height / 2 - bounded(height / 2 - (camera.y - box.top) * scale, highest, lowest)) / scale,
    scale,
  };
}

function boundedScale(scale: number, view: View, box: Box): number {
  return bounded(scale, leastScale(view, box), MAX_SCALE);
}

const bounded = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

/** Where content of a length may start in a view of a size, in pixels: the least place, and the most. */
function startsOf(content: number, size: number, before: number, after: number): [number, number] {
  if (content > size - before - after) return [size - after - content, before];
  // In the middle of the view, or as near to it as the insets let it.
  const at = bounded((size - content) / 2, before, size - after - content);
  return [at, at];
}

/**
 * The view and the camera after the view has changed its height: the scale stays, and so does the place of
 * everything from the top left of the view. Undefined where too little of the hall would be left to go on with.
 */
export function resized(
  camera: Camera,
  before: View,
  height: number,
  box: Box,
): { camera: Camera; view: View } | undefined {
  const { least, most } = before.heights ?? { least: before.height, most: before.height };
  const heights = { least: Math.min(least, height), most: Math.max(most, height) };
  const view: View = { ...before, height, heights };
  const kept = { ...camera, y: camera.y + (height - before.height) / 2 / camera.scale };
  const top = Math.max(toView(kept, view, { x: box.left, y: box.top }).y, view.insets.top);
  const bottom = Math.min(toView(kept, view, { x: box.left, y: box.bottom }).y, height - view.insets.bottom);
  const usable = Math.min(USABLE, (box.bottom - box.top) * camera.scale, height - view.insets.top - view.insets.bottom);
  return bottom - top >= usable - 0.5 ? { camera: kept, view } : undefined;
}

/** The view as if the hall had been laid out at its present height. */
export function laidOut({ width, height, insets }: View): View {
  return { width, height, insets };
}

/** Whether two cameras see the same, to a fraction of a pixel. */
export function isSame(a: Camera, b: Camera): boolean {
  const off = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) * b.scale;
  return off < 0.01 && Math.abs(a.scale / b.scale - 1) < 1e-5;
}

/** Moves the hall by pixels. */
export function pan(camera: Camera, view: View, box: Box, dx: number, dy: number): Camera {
  return clamp({ x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale, scale: camera.scale }, view, box);
}

/** Zooms so that what is under a point of the view (pixels) stays there, as far as the limits let it. */
export function zoomAbout(camera: Camera, view: View, box: Box, at: Point, scale: number): Camera {
  const goal = boundedScale(scale, view, box);
  const world = toWorld(camera, view, at);
  return clamp(
    {
      x: world.x - (at.x - view.width / 2) / goal,
      y: world.y - (at.y - view.height / 2) / goal,
      scale: goal,
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
export function show(camera: Camera, view: View, box: Box, part: Box, atLeast: number): Camera {
  const wanted = Math.min(Math.max(camera.scale, atLeast), fitScale(view, part));
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
