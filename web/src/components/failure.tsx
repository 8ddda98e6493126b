import { isPassing, sentence } from "@/lib/api/problem";
import { Button } from "./button";
import { Notice } from "./notice";

interface FailureProps {
  error: unknown;
  retry: () => void;
  /** It is being tried again. */
  busy?: boolean;
  title?: string;
}

/** Something could not be loaded; what may pass is asked again by its query, and anything at once on a tap. */
export function Failure({ error, retry, busy = false, title = "This could not be loaded" }: FailureProps) {
  return (
    <Notice
      tone="warn"
      urgent
      title={title}
      actions={
        <Button look="secondary" busy={busy} onClick={retry}>
          Try again
        </Button>
      }
    >
      {sentence(error)}
      {isPassing(error) && " We keep trying."}
    </Notice>
  );
}
