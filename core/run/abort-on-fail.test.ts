import assert from 'node:assert/strict';
import { it } from 'node:test';
import { buildRecord, partition } from '../../fixtures/build-record.ts';
import type { Observation } from '../record/observation.ts';
import { inBlocks } from '../record/offset-samples.ts';
import { watchAbortRules } from './abort-on-fail.ts';

it('rules that may stop the load say how they were judged last, and others do not', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { plan, runId } = buildRecord({
    plan: { thresholds: { kafka_lag: ['max<5 abortOnFail', 'max<1000'] } },
  });
  let elapsedMs = 0;
  const clock = { startedAtEpochMs: 0, elapsedMs: () => elapsedMs };
  const breaches: string[] = [];
  const watch = watchAbortRules({ plan, runId, environment: {} as never }, clock, ({ name }) =>
    breaches.push(name),
  );
  const lag = (atMs: number, lagMessages: number): Observation[] =>
    inBlocks([
      {
        group: 'issuer',
        topic: 'coupons',
        partition: 0,
        sample: partition([[atMs, 0, lagMessages]]).samples[0] as never,
      },
    ]);
  const judged = () =>
    watch.judged().map(({ expression, outcome, measured }) => [expression, outcome, measured]);
  const end = watch.start();
  assert.deepEqual(judged(), [['max<5 abortOnFail', null, null]]);

  for (const [atMs, lagMessages] of [
    [500, 2],
    [1500, 4],
    [2500, 9],
  ] as const) {
    elapsedMs = atMs;
    watch.take(lag(atMs, lagMessages));
    if (atMs === 1500) {
      elapsedMs = 2000;
      t.mock.timers.tick(2000);
      assert.deepEqual(judged(), [['max<5 abortOnFail', 'pass', 4]]);
    }
  }
  elapsedMs = 4000;
  t.mock.timers.tick(2000);
  assert.deepEqual(judged(), [['max<5 abortOnFail', 'fail', 9]]);
  assert.deepEqual(breaches, ['threshold-crossed']);
  end();
});
