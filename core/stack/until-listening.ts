import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;

/** Waits for a line of JSON in a program's log whose `event` is `listening`; false when the time is over. */
export const untilListening = async (
  logFile: string,
  { withinMs, giveUp }: { withinMs: number; giveUp: () => boolean },
): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (!(await saysListening(logFile))) {
    if (giveUp() || performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
};

const saysListening = async (logFile: string): Promise<boolean> =>
  (await readFile(logFile, 'utf8')).split('\n').some((line) => {
    try {
      return (JSON.parse(line) as { event?: unknown } | null)?.event === 'listening';
    } catch {
      return false;
    }
  });
