import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../../core/clock.ts';
import { partitionLag } from '../../../core/derive/partition-lag.ts';
import { runPlanSchema } from '../../../core/plan.ts';
import { consumerOffsets } from '../../../core/sampling/consumer-offsets.ts';
import { connectKafkaWriter } from '../../../fixtures/kafka-writer.ts';
import { createRandom } from '../../random.ts';

/** One change that was asked for and acknowledged, on the clock that also reads the lag. */
type Logged = { readonly sentMs: number; ackMs: number; readonly value: number };

export type RealFigures = {
  /** Readings whose lag is a number. */
  readonly readings: number;
  /** Whichever of the commits under way had arrived, the lag lies in the interval. */
  readonly proven: number;
  /** None of them gives a lag in the interval. */
  readonly outside: number;
  /** End offsets that the producer's log contradicts. */
  readonly wrongEnds: number;
  readonly resets: number;
};

const group = 'bracket-group';
const topic = 'bracket-topic';

/** Produces, commits and resets against a real broker, each change logged, while lagline's sampler reads as fast as it can. */
export const readRealBroker = async (broker: string, seed: number, forMs: number): Promise<RealFigures> => {
  const random = createRandom(seed);
  const clock = startClock();
  const writer = await connectKafkaWriter(broker);
  await writer.createTopic(topic, 1);
  await writer.commit(group, topic, 0, 0);
  const produced: Logged[] = [{ sentMs: 0, ackMs: clock.elapsedMs(), value: 0 }];
  const commits: Logged[] = [{ sentMs: 0, ackMs: clock.elapsedMs(), value: 0 }];
  const figures = { readings: 0, proven: 0, outside: 0, wrongEnds: 0, resets: 0 };
  const untilMs = clock.elapsedMs() + forMs;
  const logged = async (log: Logged[], value: number, act: () => Promise<void>): Promise<void> => {
    const entry: Logged = { sentMs: clock.elapsedMs(), ackMs: Number.POSITIVE_INFINITY, value };
    log.push(entry);
    await act();
    entry.ackMs = clock.elapsedMs();
  };
  let end = 0;
  const produce = async (): Promise<void> => {
    while (clock.elapsedMs() < untilMs) {
      const count = random.integer(1, 20);
      await logged(produced, end + count, () => writer.produce(topic, 0, count));
      end += count;
      await sleep(random.integer(0, 10));
    }
  };
  const commit = async (): Promise<void> => {
    let at = 0;
    while (clock.elapsedMs() < untilMs) {
      const isReset = random.next() < 0.02;
      if (isReset) figures.resets += 1;
      at = isReset ? random.integer(0, end) : Math.min(end, at + random.integer(1, 25));
      await logged(commits, at, () => writer.commit(group, topic, 0, at));
      // A commit under way leaves open what stood; most readings are to fall between two.
      await sleep(random.integer(5, 40));
    }
  };
  const plan = runPlanSchema.parse({
    scenario: { name: 'brackets' },
    kafka: { brokers: [broker], groups: [{ group, topics: [topic] }] },
  });
  const session = await consumerOffsets.open({ plan, clock, watchedProcesses: () => [] });
  const samples: Extract<Awaited<ReturnType<typeof session.sample>>[number], { kind: 'offsets' }>[] = [];
  const read = async (): Promise<void> => {
    while (clock.elapsedMs() < untilMs) {
      for (const seen of await session.sample()) if (seen.kind === 'offsets') samples.push(seen);
      await sleep(5);
    }
  };
  await Promise.all([produce(), commit(), read()]);
  await session.close();
  await writer.close();
  for (const { sample } of samples) {
    const { low, high } = partitionLag(sample);
    if (low === null || high === null) continue;
    figures.readings += 1;
    const ends = possible(produced, sample.endSentMs, sample.endReceivedMs);
    const last = Number(sample.end);
    if (last < (ends[0] ?? 0) || last > (ends.at(-1) ?? 0)) figures.wrongEnds += 1;
    const lags = possible(commits, sample.endSentMs, sample.endReceivedMs).map((at) =>
      Math.max(0, last - at),
    );
    const inside = lags.filter((lag) => lag >= low && lag <= high).length;
    if (inside === lags.length) figures.proven += 1;
    else if (inside === 0) figures.outside += 1;
  }
  return figures;
};

/** What may have stood at some moment of a stretch: the last acknowledged before it, and all sent before its end. */
const possible = (log: readonly Logged[], fromMs: number, toMs: number): number[] => {
  const known = log.findLastIndex(({ ackMs }) => ackMs <= fromMs);
  return log
    .slice(Math.max(0, known))
    .filter(({ sentMs }) => sentMs <= toMs)
    .map(({ value }) => value);
};
