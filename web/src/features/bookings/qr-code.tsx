import type { Code } from "./qr";

/**
 * A QR code: black on white with its quiet zone, in every theme, since scanners want it so. It is as wide as whole
 * or half pixels for each module let it be, since uneven ones are harder to read.
 */
export function QrCode({ code, label }: { code: Code; label: string }) {
  const { size, path } = code;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      style={{ width: `round(down, 100%, ${size / 2}px)` }}
      className="mx-auto w-full rounded-xl"
    >
      <path d={`M0 0h${size}v${size}H0z`} fill="#fff" />
      <path d={path} />
    </svg>
  );
}
