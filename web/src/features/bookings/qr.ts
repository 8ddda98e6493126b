import { encode } from "uqr";

/** The quiet zone around a code that scanners need, in modules (ISO/IEC 18004). */
const quiet = 4;

export interface Code {
  /** Modules from edge to edge, with the quiet zone. */
  size: number;
  /** The dark modules, as an SVG path in a square of `size` by `size`. */
  path: string;
}

/** A QR code. Its medium correction survives a fold in the paper or a crack in the display. */
export function codeOf(content: string): Code {
  const { data, size } = encode(content, { ecc: "M", border: 0 });
  let path = "";
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      path += `M${from + quiet} ${y + quiet}h${x + 1 - from}v1H${from + quiet}z`;
    }
  });
  return { size: size + 2 * quiet, path };
}
