import { Link } from "react-router";
import { Button, buttonStyle } from "@/components/button";
import { Notice } from "@/components/notice";
import { isProblem, isUnanswered, sentence } from "@/lib/api/problem";

/** Why seats could not be held, where it is not that they are gone, and what to do. */
export function Refusal({ error, onRetry, onDismiss }: { error: unknown; onRetry: () => void; onDismiss: () => void }) {
  const dismiss = (
    <Button look="quiet" onClick={onDismiss}>
      All right
    </Button>
  );
  if (isProblem(error, "sales_closed")) {
    return (
      <Notice urgent tone="warn" title="This showing is not on sale now" actions={<OtherShowings />}>
        Sales have ended, or have not begun yet.
      </Notice>
    );
  }
  if (isProblem(error, "hold_limit")) {
    return (
      <Notice
        urgent
        tone="warn"
        title="You hold many seats already"
        actions={
          <>
            <Link to="/bookings" className={buttonStyle("secondary")}>
              See my bookings
            </Link>
            {dismiss}
          </>
        }
      >
        Pay for some of them, or give some back, and try again.
      </Notice>
    );
  }
  if (isUnanswered(error)) {
    return (
      <Notice
        urgent
        tone="warn"
        title="We could not reach the box office"
        actions={
          <>
            <Button look="secondary" onClick={onRetry}>
              Try again
            </Button>
            {dismiss}
          </>
        }
      >
        {sentence(error)} Trying again cannot book twice.
      </Notice>
    );
  }
  return (
    <Notice urgent tone="bad" title="These seats could not be held" actions={dismiss}>
      {sentence(error)}
    </Notice>
  );
}

function OtherShowings() {
  return (
    <Link to="/" className={buttonStyle("secondary")}>
      See other showings
    </Link>
  );
}
