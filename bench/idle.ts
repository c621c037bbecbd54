import { loadavg, availableParallelism } from 'node:os';

/** Why figures taken now would not be worth anything; undefined on an idle machine. */
export const busyReason = (
  lastMinute = loadavg()[0] ?? 0,
  processors = availableParallelism(),
): string | undefined => {
  const limit = processors * 0.5;
  return lastMinute <= limit
    ? undefined
    : `the machine is busy (load average ${lastMinute.toFixed(2)}, at most ${limit} is taken)`;
};

/**
 * Ends the program with exit code 2 where other work keeps the machine busy: its figures would say more about
 * that work. BENCH_ANYWAY=1 measures all the same, and the result says so.
 */
export const requireIdle = async (): Promise<void> => {
  const busy = busyReason();
  if (busy === undefined) return;
  if (process.env['BENCH_ANYWAY'] === '1') {
    process.stdout.write(`figures not to be used: ${busy}\n`);
    return;
  }
  process.stderr.write(
    `${busy}: wait until it is idle, or set BENCH_ANYWAY=1 for figures that are not to be used\n`,
  );
  process.exit(2);
};
