/** Allows a number of restarts within a sliding window, so that a lasting fault ends the process. */
export function createRestartBudget(limits: { readonly maxRestarts: number; readonly windowMs: number }): {
  /** True if one more restart is allowed at this moment; it is then used up. */
  take(nowMs: number): boolean;
} {
  let taken: number[] = [];
  return {
    take: (nowMs) => {
      taken = taken.filter((atMs) => nowMs - atMs < limits.windowMs);
      if (taken.length >= limits.maxRestarts) return false;
      taken.push(nowMs);
      return true;
    },
  };
}
