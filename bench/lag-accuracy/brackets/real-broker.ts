import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../../core/clock.ts';
import type { LagState } from '../../../core/derive/partition-lag.ts';
import { runPlanSchema } from '../../../core/plan.ts';
import type { Observation } from '../../../core/record/observation.ts';
import { samplesIn, type PlacedSample } from '../../../core/record/offset-samples.ts';
import type { OffsetSample } from '../../../core/record/run-record.ts';
import { consumerOffsets } from '../../../core/sampling/consumer-offsets.ts';
import { createRandom } from '../../random.ts';
import { judgeReal, type RealVerdict } from './judge-real.ts';
import { createWorld, worldGroups, type World, type WorldCounts } from './real-world.ts';

export type RealFigures = {
  readonly counts: Readonly<WorldCounts>;
  readonly readings: number;
  readonly verdicts: ReadonlyMap<RealVerdict, number>;
  readonly states: ReadonlyMap<LagState, number>;
  /** Names of the events that were told, and how often. */
  readonly events: ReadonlyMap<string, number>;
  readonly gaps: number;
  /** What the same readings come to in the hands of a reader that is wrong on purpose. */
  readonly mutants: ReadonlyMap<RealMutant, ReadonlyMap<RealVerdict, number>>;
  /** The first reading of each wrong verdict, to look into. */
  readonly wrong: readonly string[];
};

const mutants = {
  'committed-once': (sample) => ({ ...sample, committedAfter: sample.committedBefore }),
  'end-off-by-one': (sample) => ({ ...sample, end: sample.end + 1n }),
  'no-watermark': (sample) => ({ ...sample, highWatermark: sample.end }),
  'no-log-start': (sample) => ({ ...sample, logStart: null }),
  // Times of the reading that are 20 ms too late.
  'late-clock': (sample) => ({
    ...sample,
    fromMs: sample.fromMs + 20,
    endSentMs: sample.endSentMs + 20,
    endReceivedMs: sample.endReceivedMs + 20,
    toMs: sample.toMs + 20,
  }),
} satisfies Readonly<Record<string, (sample: OffsetSample) => OffsetSample>>;
export type RealMutant = keyof typeof mutants;

/** Lets a world go on at a real broker while lagline's sampler reads as fast as it can, and judges what it read by what was done. */
export const readRealBroker = async (broker: string, seed: number, forMs: number): Promise<RealFigures> => {
  const clock = startClock();
  const world = await createWorld(broker, createRandom(seed), () => clock.elapsedMs());
  try {
    const plan = runPlanSchema.parse({
      scenario: { name: 'brackets' },
      kafka: { brokers: [broker], groups: worldGroups },
    });
    const session = await consumerOffsets.open({ plan, clock, watchedProcesses: () => [] });
    const seen: Observation[] = [];
    const untilMs = clock.elapsedMs() + forMs;
    const read = async (): Promise<void> => {
      while (clock.elapsedMs() < untilMs) {
        seen.push(...(await session.sample()));
        await sleep(5);
      }
    };
    try {
      await Promise.all([world.play(untilMs), read()]);
    } finally {
      await session.close();
    }
    return figuresOf(world, seen);
  } finally {
    await world.close();
  }
};

const figuresOf = (world: World, seen: readonly Observation[]): RealFigures => {
  const readings = samplesIn(seen);
  const judged = readings.map((reading) => ({ reading, ...judge(world, reading, reading.sample) }));
  const wrong = judged.filter(({ verdict }) => isWrong(verdict));
  return {
    counts: world.counts,
    readings: readings.length,
    verdicts: countOf(judged.map(({ verdict }) => verdict)),
    states: countOf(judged.map(({ state }) => state)),
    events: countOf(seen.flatMap((each) => (each.kind === 'event' ? [each.name] : []))),
    gaps: seen.filter(({ kind }) => kind === 'gap').length,
    mutants: new Map(
      (Object.keys(mutants) as RealMutant[]).map((name) => [
        name,
        countOf(readings.map((reading) => judge(world, reading, mutants[name](reading.sample)).verdict)),
      ]),
    ),
    wrong: wrong.slice(0, 5).map(({ verdict, reading }) => describe(verdict, reading)),
  };
};

const judge = (world: World, { group, topic, partition }: PlacedSample, sample: OffsetSample) => {
  const truth = world.truthOf(group, topic, partition);
  if (truth === undefined) throw new Error(`nothing is logged of ${topic}/${partition}`);
  return judgeReal(sample, truth);
};

export const isWrong = (verdict: RealVerdict): boolean => !['no-number', 'proven', 'open'].includes(verdict);

const describe = (verdict: RealVerdict, { topic, partition, sample }: PlacedSample): string =>
  `${verdict} ${topic}/${partition} ${JSON.stringify(sample, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;

const countOf = <Key>(keys: readonly Key[]): ReadonlyMap<Key, number> =>
  new Map([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
