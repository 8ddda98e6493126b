import { sentence } from "@/lib/api/problem";
import type { Unclear } from "@/lib/cancelling";
import { Notice } from "./notice";

interface CancelSetbackProps {
  /** Of the cancelling: why it was refused, or that nobody knows how it ended. */
  error: Error | null;
  unclear: Unclear | undefined;
  /** `The booking was not cancelled` */
  refused: string;
  /** `it was cancelled`: of which nobody knows whether. */
  wish: string;
}

/** What became of a wish to cancel that was not simply granted. */
export function CancelSetback({ error, unclear, refused, wish }: CancelSetbackProps) {
  if (unclear) {
    return (
      <Notice tone="warn" urgent title={`We do not know yet whether ${wish}`} className="mb-4">
        {unclear.since === "standing"
          ? "We lost the line before the answer came. So far the booking stands as it was. "
          : "The box office cannot be reached. Check your connection. "}
        We keep looking and show it here. You can also try again: nothing is done twice.
      </Notice>
    );
  }
  if (!error) return null;
  return (
    <Notice tone="bad" urgent title={refused} className="mb-4">
      {sentence(error)}
    </Notice>
  );
}
