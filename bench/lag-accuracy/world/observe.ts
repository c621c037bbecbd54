import type { OffsetHistory, OffsetSample, RunRecord } from '../../../core/record/run-record.ts';
import { buildRecord } from '../../../fixtures/build-record.ts';
import { createRandom, type Random } from '../../random.ts';
import { uniform } from './draw.ts';
import type { PartitionTruth, World } from './world.ts';

/** When the group had committed all of a partition for the last time; undefined for one without messages. */
export const drainedAtMs = ({ base, producedMs, commits }: PartitionTruth): number | undefined => {
  const end = base + producedMs.length;
  return producedMs.length === 0 ? undefined : commits.find(({ offset }) => offset === end)?.atMs;
};

/** The same for all of them. */
export const worldDrainedAtMs = ({ partitions }: World): number =>
  Math.max(0, ...partitions.map((partition) => drainedAtMs(partition) ?? 0));

/** What lagline's sampler would have seen, from 2 s before the load to `untilMs`. */
export const observe = (world: World, seed: number, untilMs: number): RunRecord => {
  const random = createRandom(seed);
  const histories = world.partitions.map((_, partition): OffsetHistory<OffsetSample[]> => ({
    group: 'issuer',
    topic: 'coupons',
    partition,
    samples: [],
  }));
  const { samplingIntervalMs, loadMs } = world.plan;
  let fromMs = -2000 + uniform(random, 0, samplingIntervalMs);
  while (fromMs < untilMs) {
    const reading = takeReading(world, random, fromMs);
    histories.forEach(({ samples }, partition) => samples.push(reading.samples[partition] as OffsetSample));
    // A reading that took longer than the interval makes the loop skip ticks.
    const ticks = Math.max(1, Math.ceil((reading.toMs - fromMs) / samplingIntervalMs));
    fromMs += ticks * samplingIntervalMs;
  }
  return buildRecord({
    offsets: histories,
    assignments: world.assignments
      .filter(({ atMs }) => atMs < untilMs)
      .map(({ atMs, held }) => ({
        group: 'issuer',
        topic: 'coupons',
        // The sampler looks every 5 s.
        atMs: atMs + (atMs < 0 ? 0 : uniform(random, 0, 5000)),
        members: held.map((partitions, member) => ({ member: String(member), partitions })),
      })),
    durationMs: untilMs,
    phases: [
      { name: 'load', fromMs: 0, toMs: loadMs },
      { name: 'drain', fromMs: loadMs, toMs: untilMs },
    ],
    end: { atMs: untilMs, status: 'completed' },
    plan: { sampling: { intervalMs: samplingIntervalMs } },
  });
};

/** Until the sustained interval has surely passed. */
export const watchedUntilMs = (world: World): number =>
  Math.max(world.plan.loadMs, worldDrainedAtMs(world)) + 2500 + 4 * world.plan.samplingIntervalMs;

/** Mostly quick, now and then slow: what one request takes. */
const requestMs = (random: Random): number =>
  random.next() < 0.02 ? uniform(random, 100, 400) : uniform(random, 2, 40);

const takeReading = (
  { partitions }: World,
  random: Random,
  fromMs: number,
): { toMs: number; samples: OffsetSample[] } => {
  const endSentMs = fromMs + requestMs(random);
  const endReceivedMs = endSentMs + requestMs(random);
  const toMs = endReceivedMs + requestMs(random);
  const samples = partitions.map((partition): OffsetSample => ({
    fromMs,
    endSentMs,
    endReceivedMs,
    toMs,
    committedBefore: BigInt(committedAt(partition, uniform(random, fromMs, endSentMs))),
    end: BigInt(partition.base + countUntil(partition.producedMs, uniform(random, endSentMs, endReceivedMs))),
    committedAfter: BigInt(committedAt(partition, uniform(random, endReceivedMs, toMs))),
    logStart: 0n,
  }));
  return { toMs, samples };
};

const committedAt = ({ commits, base }: PartitionTruth, atMs: number): number =>
  commits[countUntil(commits, atMs, (commit) => commit.atMs) - 1]?.offset ?? base;

const identity = (value: unknown): number => value as number;

/** How many of an ascending list are not after `atMs`. */
export const countUntil = <Item>(
  items: readonly Item[],
  atMs: number,
  timeOf: (item: Item) => number = identity,
): number => {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(items[middle] as Item) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
};
