import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalFileName } from '../../core/record/journal-writer.ts';
import type { Goal } from '../goals.ts';
import { digits, medianOf, quantileOf } from '../statistics.ts';
import { openBare } from './bare-connection.ts';
import { commit } from './fill-broker.ts';
import { committedOf, groupName, lagOf, topicOf, type Scale } from './scale.ts';
import type { Ticked } from './ticker.ts';

export type TickOptions = {
  readonly address: string;
  readonly dir: string;
  /** The compiled `ticker.ts`. */
  readonly program: string;
  readonly scale: Scale;
  readonly seconds: number;
};

/** A tick later than this is late; what is read then is no longer what the clock says. */
const lateFromMs = 100;
/** Of the time, nothing moves in the first part and this share of all offsets each second in the second. */
const quietShare = 0.3;
const movedShare = 0.01;

/** Ticks of 1 s over everything there is: first at rest, then with one of a hundred offsets moving each second. */
export const tickGoals = async (
  { address, dir, program, scale, seconds }: TickOptions,
  say: (line: string) => unknown,
): Promise<Goal[]> => {
  const runFolder = join(dir, 'ticks');
  await mkdir(runFolder);
  const size = async (): Promise<number> => (await stat(join(runFolder, journalFileName))).size;
  const ticker = fork(program, [address, runFolder]);
  try {
    await once(ticker, 'message');
    // The first reading is written whole.
    await sleep(4000);
    const first = await size();
    await sleep(seconds * quietShare * 1000);
    const quiet = await size();
    const moved = await move(address, scale, seconds * (1 - quietShare));
    // What was moved last is read by the next tick.
    await sleep(2000);
    const grown = (await size()) - quiet;
    ticker.send('end');
    const [ticked] = (await once(ticker, 'message')) as [Ticked];
    await once(ticker, 'exit');
    return goalsOf(ticked, { scale, first, seconds, quietBytes: quiet - first, grown, moved }, say);
  } finally {
    ticker.kill('SIGKILL');
  }
};

/** Commits some offsets further on each second, one group after the other; answers how many it moved, and by how much in all. */
const move = async (
  address: string,
  scale: Scale,
  seconds: number,
): Promise<{ offsets: number; by: number }> => {
  const connection = await openBare(address);
  const groupsPerSecond = Math.max(1, Math.round(scale.groups * movedShare));
  const startedMs = performance.now();
  let [offsets, by, group] = [0, 0, 0];
  for (let second = 1; second <= seconds; second += 1) {
    for (let index = 0; index < groupsPerSecond && group < scale.groups; index += 1, group += 1) {
      const partitions = Array.from({ length: scale.partitions }, (_, partition) => partition);
      const ahead = partitions.filter(
        (partition) => committedOf(scale, group, partition) < scale.recordsPerPartition,
      );
      const moved = ahead.map((partition) => ({
        partition,
        offset: committedOf(scale, group, partition) + 1,
      }));
      await commit(connection, groupName(group), topicOf(scale, group), moved);
      offsets += moved.length;
      by += moved.length;
    }
    await sleep(Math.max(0, startedMs + second * 1000 - performance.now()));
  }
  connection.close();
  return { offsets, by };
};

type Seen = {
  readonly scale: Scale;
  readonly seconds: number;
  /** Bytes of the journal after the first reading, and what it grew by at rest and while offsets moved. */
  readonly first: number;
  readonly quietBytes: number;
  readonly grown: number;
  readonly moved: { readonly offsets: number; readonly by: number };
};

const goalsOf = (ticked: Ticked, seen: Seen, say: (line: string) => unknown): Goal[] => {
  const { scale, seconds, first, quietBytes, grown, moved } = seen;
  const ticks = ticked.lateMs.length;
  const late = ticked.lateMs.filter((ms) => ms > lateFromMs).length + ticked.missed;
  const share = late / (ticks + ticked.missed);
  const steady = ticked.memoryMb.slice(Math.ceil(ticks / 5));
  const perQuietTick = quietBytes / (seconds * quietShare);
  const perMoved = (grown - perQuietTick * seconds * (1 - quietShare)) / moved.offsets;
  say(
    `${ticks} ticks, late by ${digits(1)(medianOf(ticked.lateMs))} ms in the middle, ${digits(1)(quantileOf(ticked.lateMs, 0.99))} ms at p99; ` +
      `${digits(0)((1000 * ticked.cpuSeconds) / ticks)} ms of CPU each; the first reading took ${digits(0)(first)} bytes of the journal; ` +
      `${digits(0)(ticked.loadedMb)} MB of memory were taken before anything was read`,
  );
  const expectedLag = lagOf(scale) - moved.by;
  return [
    {
      what: `ticks of 1 s for ${seconds} s: late by more than ${lateFromMs} ms, or left out`,
      seen: `${(100 * share).toFixed(2)} % of ${ticks + ticked.missed}`,
      target: '≤ 1 %',
      isMet: share <= 0.01,
    },
    {
      what: 'lag of all groups at the end, as the live view has it',
      seen: String(ticked.lagMessages),
      target: String(expectedLag),
      isMet: ticked.lagMessages === expectedLag,
    },
    {
      what: 'memory of the sampling process: median and most after the first fifth',
      seen: `${digits(0)(medianOf(steady))} MB, ${digits(0)(Math.max(...steady))} MB`,
      target: '≤ 150 MB',
      isMet: medianOf(steady) <= 150,
    },
    {
      what: 'growth of the journal in a second in which no offset moves',
      seen: `${digits(0)(perQuietTick)} bytes`,
      target: '≤ 1,000 bytes',
      isMet: perQuietTick <= 1000,
    },
    {
      // Each reading in which an offset moves is followed by one in which both its reads agree again.
      what: 'growth of the journal for each offset that moved',
      seen: `${digits(0)(perMoved)} bytes`,
      target: '≤ 120 bytes',
      isMet: perMoved <= 120,
    },
  ];
};
