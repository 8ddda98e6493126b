import { LoaderCircle } from "lucide-react";

/** Something is on its way. */
export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className="text-muted flex items-center justify-center gap-3 p-10">
      <LoaderCircle aria-hidden className="size-5 animate-spin" />
      {what}
    </p>
  );
}
