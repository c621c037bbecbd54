import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildRecord } from '../../fixtures/build-record.ts';
import { simulatedGroup, type SimulatedGroup } from '../../fixtures/simulated-group.ts';
import { curvesOf, type GroupCurve } from '../derive/offset-curves.ts';
import { KnownError } from '../errors.ts';
import type { OffsetHistory, RunRecord } from '../record/run-record.ts';
import { balancedAssignment } from './assignment.ts';
import { buildCapacity, type CapacityQuestion } from './build-capacity.ts';
import { capacityDocumentSchema, type CapacityDocument } from './capacity-document.ts';

const recordOf = (offsets: OffsetHistory[], loadMs: number, totalMs: number): RunRecord =>
  buildRecord({
    offsets,
    durationMs: totalMs,
    phases: [
      { name: 'load', fromMs: 0, toMs: loadMs },
      { name: 'drain', fromMs: loadMs, toMs: totalMs },
    ],
  });

const curveOf = (record: RunRecord): GroupCurve => curvesOf(record)[0] ?? assert.fail('no curve');

const capacity = (
  group: Omit<SimulatedGroup, 'assignment'>,
  question: Partial<CapacityQuestion> = {},
): CapacityDocument => {
  const consumers = question.consumers ?? 1;
  const assignment = balancedAssignment(group.arrivalsPerSecond.length, consumers);
  const record = recordOf(simulatedGroup({ ...group, assignment }), group.loadMs, group.totalMs);
  const document = buildCapacity(record, curveOf(record), { consumers, consumersFrom: 'given', ...question });
  assert.deepEqual(capacityDocumentSchema.parse(document), document);
  return document;
};

const goalOf = (document: CapacityDocument, goal: string) =>
  document.goals.find((each) => each.goal === goal) ?? assert.fail(goal);

const near = (value: number | undefined, expected: number, share = 0.1): void =>
  assert.ok(
    value !== undefined && Math.abs(value - expected) <= expected * share,
    `${value} is not within ${share * 100} % of ${expected}`,
  );

/** 3 partitions get 300/s for 10 s; one consumer does 100/s: 2,000 are left, and take 20 s. */
const incident = { arrivalsPerSecond: [100, 100, 100], perSlot: 100, loadMs: 10_000, totalMs: 40_000 };

describe('what a run says of its consumers', () => {
  it('finds the service rate, with an interval that holds it, and drains in the model as in the run', () => {
    const { serviceRate, present, measured, notes } = capacity(incident);
    near(serviceRate.perConsumerPerSecond.value, 100, 0.05);
    assert.equal(serviceRate.from, 'measured');
    assert.ok(serviceRate.perConsumerPerSecond.low <= 100 && serviceRate.perConsumerPerSecond.high >= 100);
    near(present.drainMs?.value, 20_000, 0.05);
    near(measured.drainMs?.value, 20_000, 0.05);
    near(present.utilizationMean.value, 3);
    assert.ok(!notes.includes('model-differs'));
  });

  it('keeps apart the rate beside the load and the one after it', () => {
    const { serviceRate, present } = capacity({ ...incident, perSlotAfterLoad: 200, perSlot: 50 });
    near(serviceRate.duringLoadPerSecond ?? undefined, 50, 0.05);
    near(serviceRate.afterLoadPerSecond ?? undefined, 200, 0.05);
    near(present.drainMs?.value, 12_500, 0.05);
  });

  it('sees that a consumer works on several partitions at once, where they drain one after the other', () => {
    const { measured, present } = capacity({
      ...incident,
      arrivalsPerSecond: [300, 150, 100],
      perSlot: 50,
      totalMs: 70_000,
      concurrency: 3,
    });
    assert.deepEqual([measured.concurrency, measured.concurrencyFrom], [3, 'inferred']);
    near(present.drainMs?.value, 50_000, 0.05);
  });

  it('sees as well that it works on one at a time, and says so where nothing shows it', () => {
    const uneven = capacity({
      ...incident,
      arrivalsPerSecond: [300, 20, 20],
      totalMs: 60_000,
      concurrency: 1,
    });
    assert.equal(uneven.measured.concurrency, 1);
    assert.equal(capacity({ ...incident, totalMs: 15_000 }).measured.concurrencyFrom, 'assumed');
  });

  it('has only a lower bound for the rate where nothing waited', () => {
    const idle = capacity({ ...incident, perSlot: 1000 });
    assert.equal(idle.serviceRate.from, 'at-least');
    near(idle.serviceRate.perConsumerPerSecond.value, 300);
    assert.ok(idle.notes.includes('rate-at-least'));
    const more = capacity({ ...incident, perSlot: 1000 }, { loadFactor: 2 });
    assert.deepEqual(goalOf(more, 'mean').limit, 'consumers');
  });

  it('refuses a run in which nothing arrived, or nothing was consumed', () => {
    const refused = (group: typeof incident, naming: RegExp): void =>
      assert.throws(
        () => capacity(group),
        (error) => error instanceof KnownError && error.code === 'data-missing' && naming.test(error.message),
      );
    refused({ ...incident, arrivalsPerSecond: [0, 0, 0] }, /no produce rate/);
    refused({ ...incident, perSlot: 1e-9 }, /no message .* consumed/);
    assert.equal(capacity({ ...incident, perSlot: 1e-9 }, { perMessageMs: 10 }).serviceRate.from, 'given');
  });
});

describe('the advice', () => {
  it('is the fewest consumers that the partitions can share, and names them as what is missing', () => {
    const document = capacity({ ...incident, perSlot: 130 }, { drainWithinMs: 10_000 });
    assert.deepEqual(goalOf(document, 'drain').advice, { consumers: 2, partitions: 3 });
    assert.equal(goalOf(document, 'drain').limit, 'consumers');
    assert.deepEqual(goalOf(document, 'mean').advice, { consumers: 3, partitions: 3 });
  });

  it('never has more consumers than partitions, and says that partitions must be added', () => {
    const document = capacity({ ...incident, perSlot: 60 });
    const { advice, limit } = goalOf(document, 'mean');
    assert.equal(limit, 'partitions');
    assert.ok(advice !== null && advice.partitions > 3 && advice.consumers <= advice.partitions);
    for (const note of ['partitions-must-be-added', 'key-order', 'skew-kept'] as const)
      assert.ok(document.notes.includes(note), note);
  });

  it('adds nothing for a hot partition, which no consumer splits', () => {
    const hot = capacity({ ...incident, arrivalsPerSecond: [280, 10, 10], totalMs: 60_000 });
    assert.deepEqual([goalOf(hot, 'mean').limit, goalOf(hot, 'mean').advice], ['skew', null]);
    near(goalOf(hot, 'mean').neededPerMessageMs ?? undefined, 1000 / 300);
    assert.equal(hot.measured.hottestPartition, 0);
    near(hot.measured.hottestShare, 280 / 300);
  });

  it('says the time per message that would do without adding anything', () => {
    const { neededPerMessageMs } = goalOf(capacity(incident), 'mean');
    near(neededPerMessageMs ?? undefined, 1000 / 300, 0.05);
  });

  it('blames the time per message where no number of partitions is enough', () => {
    const document = capacity(incident, { drainWithinMs: 0.001, perMessageMs: 5000 });
    assert.equal(goalOf(document, 'drain').limit, 'per-message-time');
  });

  it('is for the load that was asked for', () => {
    const less = capacity(incident, { loadFactor: 0.4 });
    near(less.load.peakPerSecond, 120);
    assert.equal(goalOf(less, 'mean').advice?.consumers, 2);
    near(capacity(incident, { peakPerSecond: 600 }).load.factor, 2);
  });

  it('holds when it is applied: the same load with the consumers advised drains as predicted', () => {
    fc.assert(
      fc.property(
        fc.record({
          arrivalsPerSecond: fc.array(fc.integer({ min: 20, max: 150 }), { minLength: 1, maxLength: 5 }),
          perSlot: fc.integer({ min: 20, max: 200 }),
          concurrency: fc.integer({ min: 1, max: 2 }),
        }),
        ({ arrivalsPerSecond, perSlot, concurrency }) => {
          const group = { arrivalsPerSecond, perSlot, concurrency, loadMs: 8000, totalMs: 90_000 };
          const document = capacity(group, { concurrency, drainWithinMs: 5000 });
          if (document.serviceRate.from !== 'measured') return;
          const { advice, prediction } = goalOf(document, 'drain');
          if (advice === null || advice.partitions !== arrivalsPerSecond.length) return;
          const assignment = balancedAssignment(advice.partitions, advice.consumers);
          const record = recordOf(simulatedGroup({ ...group, assignment }), 8000, 90_000);
          const after = buildCapacity(record, curveOf(record), {
            ...advice,
            concurrency,
            consumersFrom: 'given',
          });
          const [predicted, measured] = [prediction?.drainMs?.value ?? 0, after.measured.drainMs];
          assert.ok(measured !== null, 'not drained');
          const slackMs = Math.max(1500, 0.15 * measured.value);
          assert.ok(
            predicted >= measured.low - slackMs && predicted <= measured.high + slackMs,
            `${predicted} predicted, ${JSON.stringify(measured)} measured`,
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});
