import assert from 'node:assert/strict';
import test from 'node:test';
import { incidentStory } from '../fixtures/report-stories.ts';
import { realGoals } from './compare-power/real-goals.ts';
import type { PooledRun } from './compare-power/run-pool.ts';
import { normal, simulate } from './compare-power/simulate.ts';
import { createRandom } from './random.ts';

test('simulated comparisons without a change are seldom wrong, and a change of 20 % is seen', () => {
  const random = createRandom(11);
  const cell = { cv: 0.05, runs: 7, metrics: 4, correlation: 0 };
  const none = simulate({ ...cell, effect: 0 }, 400, random);
  // 5 % and three standard errors of counting 400.
  assert.ok(none.any <= 0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400), String(none.any));
  const much = simulate({ ...cell, effect: 0.2 }, 100, random);
  assert.ok(much.found >= 0.95, String(much.found));
});

test('runs that differ by chance alone meet the goals of a pool with Kafka, and those that differ in turn do not', () => {
  const random = createRandom(7);
  const [like] = incidentStory().document.runs.slice(1);
  assert.ok(like !== undefined);
  const pool = (slowdownOf: (index: number) => number): PooledRun[] =>
    Array.from({ length: 120 }, (_, index) => {
      const factor = () => slowdownOf(index) * (1 + 0.05 * normal(random));
      const groups = like.kafka.groups.map((group) => ({
        ...group,
        peakLagMessages: 100 * factor(),
        drain: { ...group.drain, ms: 4000 * factor() },
        completionDelayMs: { ...group.completionDelayMs, p95: 900 * factor() },
      }));
      return { run: { ...like, runId: String(index), kafka: { groups } }, targetLateMs: 0, slowdown: 0 };
    });
  const shape = { side: 5, pairs: 60, hasSlow: false, hasKafka: true, disjointPairs: 0 };
  const missedBy = (runs: readonly PooledRun[]) =>
    realGoals(runs, shape, random)
      .filter(({ what, isMet }) => !isMet && /none shares|of Kafka/.test(what))
      .map(({ what }) => what);
  assert.deepEqual(missedBy(pool(() => 1)), []);
  const inTurn = pool((index) => (index % 2 === 0 ? 1 : 1.3));
  assert.deepEqual(missedBy(inTurn), [
    'real: any verdict in 12 A/A pairs in turn of which none shares a run with another',
  ]);
  const few = realGoals(
    pool(() => 1),
    { ...shape, disjointPairs: 200 },
    random,
  );
  assert.ok(
    few.some(({ what, isMet }) => !isMet && /in 12 A\/A pairs in turn of which none shares/.test(what)),
  );
});
