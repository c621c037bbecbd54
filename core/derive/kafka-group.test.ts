import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  buildRecord,
  lagReadings,
  partition,
  type Reading,
  type RecordParts,
} from '../../fixtures/build-record.ts';
import type { KafkaGroupReport } from '../report-document.ts';
import { kafkaFigures } from './kafka-group.ts';

const groupOf = (readings: readonly Reading[], parts: RecordParts = {}): KafkaGroupReport => {
  const [first] = kafkaFigures(buildRecord({ offsets: [partition(readings)], ...parts })).groups;
  assert.ok(first);
  return first;
};

/** 100 produced in 10 s, consumed at 5/s: 50 wait when the load ends, and 10 s later none. */
const slowConsumer: Reading[] = Array.from({ length: 25 }, (_, second): Reading => [
  second * 1000,
  Math.min(100, Math.max(0, 5 * second)),
  Math.min(100, 10 * second),
]);

describe('kafkaFigures of a group that falls behind and catches up', () => {
  const group = groupOf(slowConsumer, { durationMs: 25_000 });

  it('has the peak and its time', () => {
    assert.equal(group.peakLagMessages, 50);
    assert.equal(group.peakLagAtMs, 10_001.5);
    assert.equal(group.lagAtLoadEndMessages, 45);
    assert.equal(group.finalLagMessages, 0);
  });

  it('has ρ = λ / μ', () => {
    assert.equal(group.consumeRatePerSecond, 5);
    assert.ok(group.produceRatePerSecond !== null && group.utilization !== null);
    assert.ok(Math.abs(group.utilization - group.produceRatePerSecond / 5) < 1e-9);
    assert.ok(group.utilization > 1.9 && group.utilization < 2.3);
  });

  it('has the drain and the durations with their bounds', () => {
    const { drain } = group;
    assert.equal(drain.state, 'drained');
    assert.deepEqual([drain.lowMs, drain.highMs, drain.estimateMs], [9002, 10_002, null]);
    assert.equal(drain.ms, 9502);
    assert.ok(group.produceDurationMs !== null && Math.abs(group.produceDurationMs - 9000) < 10);
    assert.ok(group.consumeDurationMs !== null && Math.abs(group.consumeDurationMs - 19_000) < 10);
  });

  it('has every message completed', () => {
    const { completed, waiting, p50, max } = group.completionDelayMs;
    assert.deepEqual([completed, waiting], [100, 0]);
    assert.ok(p50 !== null && Math.abs(p50 - 5000) < 1000);
    assert.ok(max !== null && Math.abs(max - 10_000) < 1000);
  });
});

describe('kafkaFigures of a group that does not drain in time', () => {
  const readings = slowConsumer.slice(0, 15);
  const group = groupOf(readings, { durationMs: 15_000 });

  it('has a lower bound and an estimate, and no number that looks measured', () => {
    const { drain } = group;
    assert.deepEqual([drain.state, drain.ms, drain.lowMs, drain.highMs], ['timed-out', null, 4001, null]);
    assert.ok(drain.estimateMs !== null && drain.estimateLowMs !== null && drain.estimateHighMs !== null);
    // 30 are left at 5 a second when the last reading is taken, 4 s after the load
    assert.ok(Math.abs(drain.estimateMs - 10_000) < 10);
    assert.ok(drain.estimateLowMs < drain.estimateMs && drain.estimateMs < drain.estimateHighMs);
    assert.equal(drain.slowestPartition, 0);
    assert.equal(group.consumeDurationMs, null);
    assert.ok(group.consumeDurationLowMs !== null && group.consumeDurationEstimateMs !== null);
    assert.ok(group.consumeDurationEstimateMs > group.consumeDurationLowMs);
  });

  it('has no estimate without a service rate, and says why', () => {
    const stuck = lagReadings([0, 9, 9, 9, 9]).map(([atMs, , end]): Reading => [atMs, 0, end]);
    const figures = kafkaFigures(buildRecord({ offsets: [partition(stuck)], durationMs: 5000 }));
    assert.equal(figures.groups[0]?.drain.estimateMs, null);
    assert.equal(figures.provenance['kafka.groups.0.drain.estimateMs']?.reason, 'too-few-samples');
  });
});

describe('kafkaFigures of a partition that nobody consumes', () => {
  const stuck = Array.from({ length: 25 }, (_, second): Reading => [
    second * 1000,
    0,
    Math.min(30, 3 * second),
  ]);
  const { groups, provenance } = kafkaFigures(
    buildRecord({
      offsets: [partition(slowConsumer), partition(stuck, { partition: 1 })],
      durationMs: 25_000,
    }),
  );
  const [group] = groups;

  it('does not pass as drained, and names the partition', () => {
    assert.equal(group?.drain.state, 'timed-out');
    assert.equal(group?.drain.ms, null);
    assert.equal(group?.drain.slowestPartition, 1);
  });

  it('foretells nothing of it, and says why', () => {
    assert.equal(group?.drain.estimateMs, null);
    assert.equal(provenance['kafka.groups.0.drain.estimateMs']?.reason, 'not-moving');
  });

  it('leaves the drain of the others as it was measured', () => {
    const [first, second] = group?.perPartition ?? [];
    assert.deepEqual(
      [first?.drain.state, first?.drain.lowMs, first?.drain.highMs],
      ['drained', 9002, 10_002],
    );
    assert.deepEqual([second?.drain.state, second?.drain.ms], ['timed-out', null]);
    assert.equal(second?.completionDelayMs.waiting, 30);
  });
});

describe('kafkaFigures', () => {
  it('says how long consuming took also where every reading was empty', () => {
    const keepsUp = slowConsumer.map(([atMs, , end]): Reading => [atMs, end, end]);
    const group = groupOf(keepsUp, { durationMs: 25_000 });
    assert.equal(group.drain.state, 'no-backlog');
    assert.ok(group.consumeDurationMs !== null && group.produceDurationMs !== null);
    assert.ok(Math.abs(group.consumeDurationMs - group.produceDurationMs) <= 1);
  });

  it('takes no rate from records that all came within one reading', () => {
    const group = groupOf([
      [0, 0, 0],
      [1000, 0, 100],
      [2000, 0, 100],
    ]);
    assert.equal(group.produceRatePerSecond, null);
    assert.equal(group.producedMessages, 100);
    assert.equal(group.produceDurationMs, 500.5);
  });

  it('knows nothing of a group whose lag was never a number', () => {
    const group = groupOf([
      [0, null, 10],
      [1000, null, 20],
      [19_000, null, 20],
    ]);
    assert.deepEqual(
      [group.drain.state, group.peakLagMessages, group.finalLagMessages],
      ['unknown', null, null],
    );
    assert.equal(group.perPartition[0]?.state, 'no-commit');
    assert.equal(group.producedMessages, 10);
  });

  it('reports partitions apart, and their sum is the whole', () => {
    const { groups } = kafkaFigures(
      buildRecord({
        offsets: [
          partition([
            [0, 0, 0],
            [1000, 5, 10],
          ]),
          partition(
            [
              [0, 7, 7],
              [1000, 7, 90],
            ],
            { partition: 1 },
          ),
        ],
        phases: [{ name: 'load', fromMs: 0, toMs: 1000 }],
      }),
    );
    assert.deepEqual(
      groups[0]?.perPartition.map(({ produced, consumed, finalLagMessages }) => [
        produced,
        consumed,
        finalLagMessages,
      ]),
      [
        [10, 5, 5],
        [83, 0, 83],
      ],
    );
    assert.equal(groups[0]?.producedMessages, 93);
  });
});

describe('the highest arrival rate', () => {
  const rateOf = (ends: readonly number[], stepMs = 1000): number | null =>
    groupOf(ends.map((end, index): Reading => [index * stepMs, 0, end])).peakProduceRatePerSecond;

  it('is that of the fastest three seconds, not of the fastest reading', () => {
    assert.equal(rateOf([0, 0, 10, 100, 120, 130, 130, 130]), 40);
  });

  it('is that between two readings where those are further apart', () => {
    assert.equal(rateOf([0, 100, 600, 700], 5000), 100);
  });

  it('is not known from too short a time or of nothing', () => {
    assert.equal(rateOf([0, 50, 100]), null);
    assert.equal(rateOf([7, 7, 7, 7, 7]), null);
  });
});

describe('the state of a partition', () => {
  const everySecond = (from: number, to: number): Reading[] =>
    Array.from({ length: to - from }, (_, index) => [(from + index) * 1000, 5, 9]);
  const statesOf = (...given: Parameters<typeof buildRecord>): unknown[] =>
    kafkaFigures(buildRecord(...given)).groups.flatMap(({ perPartition }) =>
      perPartition.map(({ state, finalLagMessages }) => [state, finalLagMessages]),
    );

  it('is unreadable where others were read since, in its group or in another', () => {
    const [whole, cut] = [partition(everySecond(0, 20)), everySecond(0, 19)];
    for (const options of [{ partition: 1 }, { group: 'another' }])
      assert.deepEqual(statesOf({ offsets: [whole, partition(cut, options)] }), [
        ['ok', 4],
        ['unreadable', null],
      ]);
  });

  it('is unreadable where watching went on and nothing was read', () => {
    const phases = [{ name: 'drain' as const, fromMs: 0, toMs: 20_000 }];
    assert.deepEqual(statesOf({ offsets: [partition(everySecond(0, 20))], phases }), [['ok', 4]]);
    assert.deepEqual(statesOf({ offsets: [partition(everySecond(0, 15))], phases }), [['unreadable', null]]);
  });
});

describe('the origin of a lag', () => {
  const originOf = (readings: readonly Reading[], key: string) =>
    kafkaFigures(buildRecord({ offsets: [partition(readings)] })).provenance[`kafka.groups.0.${key}`];

  it('is measured where one reading said so, and computed where it lies between two bounds', () => {
    const exact: Reading[] = [
      [0, 0, 0],
      [1000, 0, 9],
      [2000, 5, 9],
    ];
    const moving: Reading[] = [
      [0, 0, 0],
      [1000, 0, 9, 4],
      [2000, 5, 9],
    ];
    assert.equal(originOf(exact, 'peakLagMessages')?.kind, 'measured');
    assert.equal(originOf(moving, 'peakLagMessages')?.kind, 'computed');
    assert.equal(originOf(moving, 'finalLagMessages')?.kind, 'measured');
  });

  it('has the span of the service rate where that was taken', () => {
    const readings: Reading[] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((second) => [
      second * 1000,
      Math.min(40, 10 * second),
      second === 0 ? 0 : 60,
    ]);
    const { samples, fromMs } = originOf(readings, 'consumeRatePerSecond') ?? {};
    assert.deepEqual([samples, fromMs], [8, 1001.5]);
  });
});
