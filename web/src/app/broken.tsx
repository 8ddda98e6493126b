import { Button } from "@/components/button";
import { useTitle } from "@/lib/use-title";

/** The last resort: a part of the page failed, or could not be loaded because a new version is out. */
export function Broken() {
  useTitle("Something broke");
  return (
    <div role="alert" className="mx-auto max-w-md space-y-4 px-4 py-20 text-center">
      <h1 className="text-3xl font-bold">This page broke</h1>
      <p className="text-muted">Your bookings are safe: they are kept at the box office, not in this page.</p>
      <Button onClick={() => window.location.reload()}>Load it again</Button>
    </div>
  );
}
