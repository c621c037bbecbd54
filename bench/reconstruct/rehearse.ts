import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../core/clock.ts';
import { runPlanSchema } from '../../core/plan.ts';
import { collectObservations } from '../../core/record/collect-observations.ts';
import type { Environment, RunRecord } from '../../core/record/run-record.ts';
import { consumerOffsets } from '../../core/sampling/consumer-offsets.ts';
import { startSamplingLoop } from '../../core/sampling/sampling-loop.ts';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';

export type Rehearsal = {
  readonly broker: string;
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  readonly messages: number;
  /** How long producing is to take, and how fast the group then is. */
  readonly produceMs: number;
  readonly consumePerSecond: number;
  readonly commitEveryMs: number;
  /** The group stands still from the beginning of producing until so long after it. */
  readonly stallMs: number;
};

export type Sampled = {
  readonly record: RunRecord;
  readonly fromMs: number;
  readonly toMs: number;
};

/**
 * What is rebuilt goes by the logs' own times: beside readings a second apart, in which the backlog grows by several percent, it
 * is the sampled run that would be off.
 */
const sampleEveryMs = 100;

/** A run as it happens: produced at an even rate, consumed more slowly, sampled by lagline's own sampler. */
export const rehearse = async (given: Rehearsal): Promise<Sampled> => {
  const { broker, group, topic, partitions } = given;
  const writer = await connectKafkaWriter(broker);
  await writer.createTopic(topic, partitions);
  const pace = pacer(given.consumePerSecond);
  let stalledUntilMs = 0;
  const consumer = await writer.consume({
    group,
    topic,
    commitEveryMs: given.commitEveryMs,
    handle: async (count) => {
      await sleep(Math.max(0, stalledUntilMs - performance.now()));
      await pace(count);
    },
  });
  // The group has its partitions once it has committed something; sampled from its beginning, lag is a number.
  for (let partition = 0; partition < partitions; partition += 1) await writer.produce(topic, partition, 1);
  await until(async () => (await writer.committed(group, topic)).every((offset) => offset !== '-1'));

  const plan = runPlanSchema.parse({
    scenario: { name: 'rehearsal' },
    kafka: { brokers: [broker], groups: [{ group, topics: [topic] }] },
    sampling: { intervalMs: sampleEveryMs },
  });
  const clock = startClock();
  const session = await consumerOffsets.open({ plan, clock, watchedProcesses: () => [] });
  const collection = collectObservations(({ kind }) => kind === 'offsets');
  const gaps: RunRecord['gaps'][number][] = [];
  const loop = startSamplingLoop(
    [{ id: 'kafka', session }],
    { plan, clock },
    {
      observe: (observations) => collection.take(observations),
      gap: (gap) => void gaps.push(gap),
    },
  );
  await sleep(1500);
  stalledUntilMs = performance.now() + given.stallMs;
  const loadFromMs = clock.elapsedMs();
  await produceEvenly(writer, given);
  const loadToMs = clock.elapsedMs();
  await until(async () => lagOf(collection.read().offsets) === 0);
  await sleep(3500);
  await loop.stop();
  await consumer.stop();
  await writer.close();
  const durationMs = clock.elapsedMs();
  const record: RunRecord = {
    schemaVersion: 1,
    runId: 'rehearsal',
    startedAt: new Date(clock.startedAtEpochMs).toISOString(),
    durationMs,
    plan,
    environment,
    phases: [
      { name: 'load', fromMs: loadFromMs, toMs: loadToMs },
      { name: 'drain', fromMs: loadToMs, toMs: durationMs },
    ],
    ...collection.read(),
    gaps,
    events: [],
    load: undefined,
    integrity: undefined,
    integrityBefore: undefined,
    assignments: [],
    probes: [],
    end: { atMs: durationMs, status: 'completed' },
    unreadableLines: 0,
  };
  const fromMs = Math.round(clock.startedAtEpochMs);
  return { record, fromMs, toMs: fromMs + Math.floor(durationMs / 1000) * 1000 };
};

const environment: Environment = {
  laglineVersion: '0',
  nodeVersion: process.version,
  os: '',
  cpuModel: '',
  cpuCores: 0,
  memoryBytes: 0,
  command: [],
};

/** Lets so many messages a second through. */
const pacer = (perSecond: number): ((messages: number) => Promise<void>) => {
  let freeAtMs = 0;
  return async (messages) => {
    freeAtMs = Math.max(freeAtMs, performance.now()) + (messages * 1000) / perSecond;
    await sleep(Math.max(0, freeAtMs - performance.now()));
  };
};

type Writer = Awaited<ReturnType<typeof connectKafkaWriter>>;

const produceEvenly = async (
  writer: Writer,
  { topic, partitions, messages, produceMs }: Rehearsal,
): Promise<void> => {
  const chunk = Math.min(2500, Math.max(1, Math.floor(messages / partitions / 10)));
  const pace = pacer((messages * 1000) / produceMs);
  let left = messages;
  for (let turn = 0; left > 0; turn += 1) {
    const count = Math.min(chunk, left);
    left -= count;
    await writer.produce(topic, turn % partitions, count);
    await pace(count);
  }
};

const lagOf = (offsets: RunRecord['offsets']): number =>
  offsets.reduce((sum, { samples }) => {
    const last = samples.at(-1);
    return sum + (last === undefined ? 0 : Number(last.end - (last.committedAfter ?? 0n)));
  }, 0);

const until = async (holds: () => Promise<boolean>, withinMs = 300_000): Promise<void> => {
  const untilMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`waited for ${withinMs} ms in vain`);
    await sleep(100);
  }
};
