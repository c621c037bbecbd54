// `npm run -s bench:long-run`: a day's record of 300 partitions at 1 s, opened, judged and reported.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalFileName } from '../core/record/journal-writer.ts';
import { asInstalled } from './as-installed.ts';
import { benchArguments, wholeNumber } from './arguments.ts';
import { printGoals } from './goals.ts';
import { requireIdle } from './idle.ts';
import { writeLongRun } from './long-run/write-record.ts';
import { createRandom } from './random.ts';
import { digits } from './statistics.ts';

const { seed, short, rest } = benchArguments({ values: ['minutes'] });
const minutes =
  rest['minutes'] === undefined ? (short ? 20 : 24 * 60) : wholeNumber('--minutes', rest['minutes']);
const partitions = short ? 20 : 300;
const limits = { tookMs: 5000, memoryMb: 300 };
/** Longer than this nobody waits. */
const patienceMs = 120_000;

type Opened = {
  readonly tookMs: number;
  readonly peakMemoryMb: number;
  readonly peakLagMessages: number | null;
  readonly drain: string | null;
};

/** undefined where it did not come to an end. */
const openRecord = async (program: string, folder: string): Promise<Opened | undefined> => {
  const child = fork(program, [folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  try {
    const answer = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
    return answer?.[0] as Opened | undefined;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
};

await requireIdle();
const dir = await mkdtemp(join(tmpdir(), 'lagline-long-run-bench-'));
try {
  const folder = join(dir, 'run');
  const run = { seconds: minutes * 60, partitions, busyShare: short ? 1 : 0.3 };
  const peak = writeLongRun(folder, run, createRandom(seed));
  const { size } = await stat(join(folder, journalFileName));
  process.stdout.write(
    `seed ${seed} · ${minutes} minutes at 1 s, ${partitions} partitions, something new on ${run.busyShare * 100} % of them each second · journal of ${digits(1)(size / 1e6)} MB\n`,
  );
  const opened = await asInstalled((programOf) => openRecord(programOf('long-run/open-record'), folder));
  const gaveUp = `not within ${patienceMs / 1000} s or 4 GB`;
  process.exitCode = printGoals([
    {
      what: 'opened, judged and reported in',
      seen: opened === undefined ? gaveUp : `${digits(0)(opened.tookMs)} ms`,
      target: `≤ ${digits(0)(limits.tookMs)} ms`,
      isMet: opened !== undefined && opened.tookMs <= limits.tookMs,
    },
    {
      what: 'most memory meanwhile',
      seen: opened === undefined ? gaveUp : `${digits(0)(opened.peakMemoryMb)} MB`,
      target: `≤ ${limits.memoryMb} MB`,
      isMet: opened !== undefined && opened.peakMemoryMb <= limits.memoryMb,
    },
    {
      what: 'peak of the lag and end of the drain, as they were written',
      seen: opened === undefined ? gaveUp : `${opened.peakLagMessages}, ${opened.drain}`,
      target: `${peak}, drained`,
      isMet: opened?.peakLagMessages === peak && opened.drain === 'drained',
    },
  ]);
} finally {
  await rm(dir, { recursive: true, force: true });
}
