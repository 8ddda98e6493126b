import { useMemo } from "react";
import { codeOf } from "./qr";

/** A QR code: black on white with its quiet zone, in every theme, since scanners want it so. */
export function QrCode({ content, label, className }: { content: string; label: string; className?: string }) {
  const code = useMemo(() => codeOf(content), [content]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
      className={className}
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}
