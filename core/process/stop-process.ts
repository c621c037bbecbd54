import { setTimeout as sleep } from 'node:timers/promises';
import { descendantsOf } from './descendants.ts';
import { isRunning, processIdentity, type ProcessIdentity } from '../process-identity.ts';

/**
 * `already-gone`: it had ended before. `not-ours`: the pid now belongs to another program, which was left alone.
 * `terminated`: it ended after it was asked to. `killed`: SIGKILL was needed. `survived`: not even that ended it (yet).
 */
export type StopOutcome = 'already-gone' | 'not-ours' | 'terminated' | 'killed' | 'survived';

export type StopOptions = {
  /** How long it may take to end by itself after it was asked to, in ms. */
  graceMs: number;
  /** What asks it to end; SIGTERM if absent. */
  signal?: NodeJS.Signals;
  /** Signal its whole process group, which it must lead. */
  group: boolean;
  /** Once aborted, the rest of the grace is not waited for. */
  immediately?: AbortSignal;
};

const pollMs = 20;
const killWaitMs = 5_000;

/** Ends one process, or its group, and waits until it is gone; a pid that was given again is never signalled. */
export const stopProcess = async (identity: ProcessIdentity, options: StopOptions): Promise<StopOutcome> => {
  if (!isRunning(identity)) {
    const now = processIdentity(identity.pid);
    return now === undefined || now.startTime === identity.startTime ? 'already-gone' : 'not-ours';
  }
  const target = options.group ? -identity.pid : identity.pid;
  send(target, options.signal ?? 'SIGTERM');
  const ended = await gone(identity, options.graceMs, options.immediately);
  // After the leader also whoever it left behind in its group.
  if (ended && !options.group) return 'terminated';
  send(target, 'SIGKILL');
  if (ended) return 'terminated';
  return (await gone(identity, killWaitMs)) ? 'killed' : 'survived';
};

/**
 * Ends a process and all its descendants by SIGKILL, and waits until none is left. It is stopped first, so that it
 * starts no more of them while they are counted.
 */
export const killTree = async (identity: ProcessIdentity): Promise<void> => {
  if (!isRunning(identity)) return;
  send(identity.pid, 'SIGSTOP');
  const all = [identity, ...descendantsOf(identity.pid)];
  for (const each of all) send(each.pid, 'SIGKILL');
  for (const each of all) await gone(each, killWaitMs);
};

const send = (target: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(target, signal);
  } catch {
    // It ended between the look and the signal.
  }
};

const gone = async (identity: ProcessIdentity, withinMs: number, giveUp?: AbortSignal): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (isRunning(identity)) {
    if (giveUp?.aborted === true || performance.now() >= deadline) return false;
    await sleep(pollMs);
  }
  return true;
};
