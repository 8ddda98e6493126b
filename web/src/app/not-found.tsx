import { Link } from "react-router";
import { buttonStyle } from "@/components/button";
import { useTitle } from "@/lib/use-title";

export function NotFound() {
  useTitle("Not found");
  return (
    <div className="mx-auto max-w-md space-y-4 px-4 py-20 text-center">
      <h1 className="text-3xl font-bold">There is no such page</h1>
      <p className="text-muted">The link may be old, or mistyped.</p>
      <Link to="/" className={buttonStyle()}>
        See what is on
      </Link>
    </div>
  );
}
