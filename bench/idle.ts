import { loadavg, availableParallelism } from 'node:os';

/**
 * Ends the program with exit code 2 where other work keeps the machine busy: its figures would say more about
 * that work. BENCH_ANYWAY=1 measures all the same, and the result says so.
 */
export const requireIdle = async (): Promise<void> => {
  const [lastMinute = 0] = loadavg();
  const limit = availableParallelism() * 0.5;
  if (lastMinute <= limit) return;
  const busy = `the machine is busy (load average ${lastMinute.toFixed(2)}, at most ${limit} is taken)`;
  if (process.env['BENCH_ANYWAY'] === '1') {
    process.stdout.write(`not to be relied on: ${busy}\n`);
    return;
  }
  process.stderr.write(
    `${busy}: wait until it is idle, or set BENCH_ANYWAY=1 for figures not to be relied on\n`,
  );
  process.exit(2);
};
