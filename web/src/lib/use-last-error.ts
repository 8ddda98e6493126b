import { useState } from "react";

/**
 * Why something could not be loaded, also while it is being asked for again: what failed and is tried
 * every few seconds stays a failure until it succeeds, and does not flicker. Null is that there is none.
 */
export function useLastError(query: { error: Error | null; isPending: boolean }): Error | null {
  const [kept, keep] = useState(query.error);
  // While nothing is known yet, a question that is under way has no error, whatever became of the last one.
  const error = query.isPending ? kept : query.error;
  if (error !== kept) keep(error);
  return error;
}
