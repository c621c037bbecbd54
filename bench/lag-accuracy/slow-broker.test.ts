import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../../core/clock.ts';
import { startFaultProxy, type FaultProxy } from '../../core/faults/proxy/fault-proxy.ts';
import { freePorts } from '../../core/process/free-port.ts';
import { runPlanSchema } from '../../core/plan.ts';
import { curvesOf } from '../../core/derive/offset-curves.ts';
import { collectObservations } from '../../core/record/collect-observations.ts';
import type { Observation } from '../../core/record/observation.ts';
import { samplesIn, type PlacedSample } from '../../core/record/offset-samples.ts';
import type { Gap, OffsetSample } from '../../core/record/run-record.ts';
import { hostSeries } from '../../core/record/series-names.ts';
import { consumerOffsets } from '../../core/sampling/consumer-offsets.ts';
import { openSamplers, startSamplingLoop } from '../../core/sampling/sampling-loop.ts';
import { commitOffset } from '../../fixtures/commit-offset.ts';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { createRandom } from '../random.ts';
import { judgeReal, type PartitionTruth } from './brackets/judge-real.ts';
import { isWrong } from './brackets/real-broker.ts';
import { createTruthLog } from './brackets/truth-log.ts';

/*
 * lagline reads by a proxy that holds back what is asked and answered, now not at all and now for half a second; those who produce
 * and commit are right at the broker, and log what they do on the clock of the readings.
 */

let proxy: FaultProxy | undefined;
let entrance = '';
const broker = await useRealBroker(async () => {
  const [listening, upstream] = (await freePorts(2)) as [number, number];
  entrance = `127.0.0.1:${listening}`;
  proxy = await startFaultProxy({
    proxies: [{ name: 'kafka', listen: entrance, upstream: `127.0.0.1:${upstream}` }],
  });
  return { proxied: { port: upstream, advertisedPort: listening } };
});
after(() => proxy?.close());

const [topic, group, partitions] = ['orders', 'issuer', [0, 1, 2]] as const;
const intervalMs = 1000;
const atMostMs = 40_000;

/** Each way holds data back by so long, drawn anew for each piece; one after the other, and then from the beginning. */
const delays = [
  { latency: 0, jitter: 0 },
  { latency: 200, jitter: 200 },
  { latency: 400, jitter: 0 },
  { latency: 50, jitter: 50 },
] as const;

/** In both directions. */
const setDelay = async (attributes: (typeof delays)[number], isNew = false): Promise<void> => {
  for (const stream of ['upstream', 'downstream']) {
    const toxics = `${proxy?.adminUrl}/proxies/kafka/toxics`;
    const body = JSON.stringify({ ...(isNew ? { type: 'latency', stream } : {}), attributes });
    const { ok } = await fetch(isNew ? toxics : `${toxics}/latency_${stream}`, { method: 'POST', body });
    assert.ok(ok);
  }
};

type Truth = PartitionTruth & { end: number; at: number };

const newTruth = (nowMs: () => number): Truth => ({
  stable: createTruthLog(nowMs, 0),
  watermark: createTruthLog(nowMs, 0),
  start: createTruthLog(nowMs, 0),
  committed: createTruthLog<number | null>(nowMs, 0),
  life: createTruthLog(nowMs, 0),
  markers: new Set(),
  end: 0,
  at: 0,
});

test(
  'by a slow way to the broker lag lies in its interval, and ticks without an answer in time are told',
  { skip: broker.skip, timeout: 240_000 },
  async () => {
    const clock = startClock();
    const random = createRandom(7);
    const truths = partitions.map(() => newTruth(() => clock.elapsedMs()));
    const writer = await connectKafkaWriter(broker.address);
    await writer.createTopic(topic, partitions.length);
    for (const partition of partitions) await writer.commit(group, topic, partition, 0);
    await setDelay(delays[0], true);

    const plan = {
      ...runPlanSchema.parse({
        scenario: { name: 'slow' },
        kafka: { brokers: [entrance], groups: [{ group, topics: [topic] }] },
      }),
      sampling: { intervalMs },
    };
    const seen: Observation[] = [];
    const gaps: Gap[] = [];
    const samplers = await openSamplers([consumerOffsets], { plan, clock, watchedProcesses: () => [] });
    const loop = startSamplingLoop(
      samplers,
      { plan, clock },
      {
        observe: (observations) => seen.push(...observations),
        gap: (gap) => gaps.push(gap),
      },
    );

    const untilMs = clock.elapsedMs() + atMostMs;
    const readings = (): number => new Set(samplesIn(seen).map(({ sample }) => sample.fromMs)).size;
    const overruns = (): Gap[] => gaps.filter(({ reason }) => reason === 'overrun');
    const isOver = (): boolean =>
      clock.elapsedMs() >= untilMs || (readings() >= 10 && overruns().length >= 5);
    const play = async (work: (turn: number) => Promise<void>): Promise<void> => {
      for (let turn = 0; !isOver(); turn += 1) await work(turn);
    };
    await Promise.all([
      play(async (turn) => {
        await setDelay(delays[turn % delays.length] ?? delays[0]);
        await sleep(2000);
      }),
      ...truths.flatMap((truth, partition) => [
        play(async () => {
          const end = truth.end + random.integer(1, 20);
          await truth.watermark.change(end, () =>
            truth.stable.change(end, () => writer.produce(topic, partition, end - truth.end)),
          );
          truth.end = end;
          await sleep(random.integer(5, 60));
        }),
        play(async () => {
          const offset = Math.min(truth.end, truth.at + random.integer(1, 25));
          await truth.committed.change(offset, () =>
            commitOffset([broker.address], { group, topic, partition, offset }),
          );
          truth.at = offset;
          await sleep(random.integer(20, 120));
        }),
      ]),
    ]);
    await loop.stop();
    await writer.close();

    const all = samplesIn(seen);
    const wrongAmong = (those: readonly PlacedSample[]): PlacedSample[] =>
      those.filter(({ partition, sample }) => isWrong(judgeReal(sample, truths[partition] as Truth).verdict));
    assert.deepEqual(wrongAmong(all), []);
    const committedOnce = all.map(({ sample, ...of }) => ({
      ...of,
      sample: { ...sample, committedAfter: sample.committedBefore },
    }));
    assert.ok(wrongAmong(committedOnce).length > 0, 'the delay is long enough to tell a wrong reader');

    const times = timesOf(all);
    for (const [index, { fromMs, endSentMs, endReceivedMs, toMs }] of times.entries()) {
      assert.ok(fromMs <= endSentMs && endSentMs <= endReceivedMs && endReceivedMs <= toMs);
      assert.ok(fromMs >= (times[index - 1]?.toMs ?? 0), 'one reading begins behind the other');
      assert.equal(all.filter(({ sample }) => sample.fromMs === fromMs).length, partitions.length);
    }

    // Each tick, and the last look, has either its reading or a gap that says why not.
    const ticks = seen.filter((each) => each.kind === 'gauge' && each.series.name === hostSeries.tickLateMs);
    const skipped = gaps.filter(({ reason }) => reason === 'ticks-skipped');
    assert.equal(
      times.length + gaps.filter(({ source }) => source === 'kafka').length - skipped.length,
      ticks.length + 1,
    );
    assert.ok(overruns().length > 0, 'the delay is long enough for a tick to be left out');
    for (const { fromMs, toMs } of overruns()) assert.equal(Math.round(toMs - fromMs), intervalMs);

    // What is made of them has a point for each reading, and none in between.
    const collection = collectObservations(() => true);
    collection.take(seen);
    const curves = curvesOf(collection.read());
    assert.deepEqual(
      curves.map(({ points }) => points.map(({ endSentMs, endReceivedMs }) => [endSentMs, endReceivedMs])),
      [times.map(({ endSentMs, endReceivedMs }) => [endSentMs, endReceivedMs])],
    );
  },
);

/** Of each reading, whatever its partitions. */
const timesOf = (all: readonly PlacedSample[]): OffsetSample[] =>
  [...Map.groupBy(all, ({ sample }) => sample.fromMs).values()].flatMap(([first]) =>
    first === undefined ? [] : [first.sample],
  );
