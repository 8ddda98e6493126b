import { sentence } from "@/lib/api/problem";
import { Button } from "./button";
import { Notice } from "./notice";

/** Something could not be loaded; it is tried again by itself, or at once on a tap. */
export function Failure({
  error,
  retry,
  title = "This could not be loaded",
}: {
  error: unknown;
  retry: () => void;
  title?: string;
}) {
  return (
    <Notice
      tone="warn"
      urgent
      title={title}
      actions={
        <Button look="secondary" onClick={retry}>
          Try again
        </Button>
      }
    >
      {sentence(error)}
    </Notice>
  );
}
