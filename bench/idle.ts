import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { doubtText, type Doubt } from './doubt.ts';
import { othersShare, readWork, type WorkReading } from './others-work.ts';

/** Names, in the environment, for how many seconds a bench waits for the machine to become idle; 0 without it. */
export const idlePatience = 'LAGLINE_BENCH_IDLE_PATIENCE_S';

/** Why figures taken now would not be worth anything; undefined on an idle machine. */
export const busyNow = (
  loadAverage = loadavg()[0] ?? 0,
  processors = availableParallelism(),
): Doubt | undefined => {
  const limit = processors * 0.5;
  return loadAverage <= limit ? undefined : { kind: 'busy-before', loadAverage, limit };
};

/** Why those taken between two readings are not; undefined where others did next to nothing, or where that is not known. */
export const busyBetween = (
  from: WorkReading | undefined,
  to: WorkReading | undefined,
  processors = availableParallelism(),
): Doubt | undefined => {
  const limit = 0.1;
  const share = from === undefined || to === undefined ? 0 : othersShare(from, to, processors);
  return share <= limit ? undefined : { kind: 'others-meanwhile', share, limit };
};

/** Set once figures are being taken that a busy machine would spoil. */
let watched: { readonly before: Doubt | undefined; readonly from: WorkReading | undefined } | undefined;

/**
 * Ends the program with exit code 2 where other work keeps the machine busy: its figures would say more about
 * that work. BENCH_ANYWAY=1 measures all the same, and the result says so. From here on the work of others is watched.
 */
export const requireIdle = async (): Promise<void> => {
  const until = performance.now() + 1000 * Number(process.env[idlePatience] ?? 0);
  while (busyNow() !== undefined && performance.now() < until) await sleep(2000);
  const before = busyNow();
  if (before !== undefined && process.env['BENCH_ANYWAY'] !== '1') {
    process.stderr.write(
      `${doubtText(before)}: wait until it is idle, or set BENCH_ANYWAY=1 for figures that are not to be used\n`,
    );
    process.exit(2);
  }
  if (before !== undefined) process.stdout.write(`figures not to be used: ${doubtText(before)}\n`);
  watched = { before, from: readWork() };
};

/** Why the figures taken since `requireIdle` are not to be used; none of a bench that does not call it: it times nothing. */
export const doubtsSoFar = (): readonly Doubt[] =>
  watched === undefined
    ? []
    : [watched.before, busyBetween(watched.from, readWork())].filter((doubt) => doubt !== undefined);
