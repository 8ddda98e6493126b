type Locks = Pick<LockManager, "request">;

/**
 * Does work while no other tab of this browser does its own of the same name. Where tabs cannot take
 * turns (no HTTPS, or a browser that refuses) the work is done all the same.
 */
export async function alone<T>(locks: Locks | undefined, name: string, work: () => Promise<T>): Promise<T> {
  if (!locks) return work();
  const turn = { come: false };
  try {
    return await locks.request(name, () => {
      turn.come = true;
      return work();
    });
  } catch (error) {
    if (turn.come) throw error;
    return work(); // the turn was refused, not the work
  }
}
