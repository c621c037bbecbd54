import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;
const answerWithinMs = 2_000;

/** Waits until a GET answers 200; false when `withinMs` has passed or `giveUp` says so. */
export const untilHttpOk = async (
  url: string,
  { withinMs, giveUp }: { withinMs: number; giveUp: () => boolean },
): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (!(await answersOk(url))) {
    if (giveUp() || performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
};

const answersOk = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
};
