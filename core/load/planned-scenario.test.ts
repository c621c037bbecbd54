import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseGoDuration } from './go-duration.ts';
import { inspectedOptions } from './planned-scenario.ts';

const inspected = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/k6', name), 'utf8'));

test('the peak scenario sets out to start 30,000 iterations', () => {
  assert.deepEqual(inspectedOptions.parse(inspected('inspect-peak.json')).scenarios, [
    {
      name: 'peak_test',
      executor: 'constant-arrival-rate',
      startTimeMs: 0,
      durationMs: 30_000,
      stages: [],
      maxVUs: 500,
      preAllocatedVUs: 200,
      plannedIterations: 30_000,
      peakRatePerSecond: 1000,
    },
  ]);
});

test('the stress scenario goes to 300 VUs over 8 stages in 4 minutes', () => {
  const {
    scenarios: [stress],
  } = inspectedOptions.parse(inspected('inspect-stress.json'));
  assert.equal(stress?.name, 'default');
  assert.equal(stress.stages.length, 8);
  assert.equal(stress.durationMs, 240_000);
  assert.equal(stress.maxVUs, 300);
  assert.equal(stress.plannedIterations, null);
});

test('a ramping arrival rate is integrated over its stages', () => {
  const ramping = {
    executor: 'ramping-arrival-rate',
    startRate: 60,
    timeUnit: '1m0s',
    preAllocatedVUs: 5,
    startTime: '1.5s',
    stages: [
      { duration: '10s', target: 180 },
      { duration: '0s', target: 60 },
      { duration: '1m0s', target: 60 },
    ],
  };
  const {
    scenarios: [planned],
  } = inspectedOptions.parse({ scenarios: { ramping } });
  assert.equal(planned?.plannedIterations, 20 + 0 + 60);
  assert.equal(planned.peakRatePerSecond, 3);
  assert.equal(planned.durationMs, 70_000);
  assert.equal(planned.startTimeMs, 1500);
  assert.equal(planned.maxVUs, 5);
});

test('a number of iterations has no planned duration', () => {
  const {
    scenarios: [planned],
  } = inspectedOptions.parse({
    scenarios: { once: { executor: 'shared-iterations', vus: 2, iterations: 9 } },
  });
  assert.equal(planned?.durationMs, null);
  assert.equal(planned.maxVUs, 2);
});

test('reads durations as Go prints them', () => {
  const part = fc.nat(59);
  fc.assert(
    fc.property(part, part, fc.nat(999), (minutes, seconds, ms) => {
      const text = `${minutes}m${seconds}.${String(ms).padStart(3, '0')}s`;
      const expected = minutes * 60_000 + seconds * 1000 + ms;
      assert.ok(Math.abs((parseGoDuration(text) ?? NaN) - expected) < 1e-6, text);
    }),
  );
  assert.equal(parseGoDuration('1h2m3s'), 3_723_000);
  assert.equal(parseGoDuration('250ms'), 250);
  assert.equal(parseGoDuration('0s'), 0);
  for (const text of ['', 's', '10', '1m!', '-1s']) assert.equal(parseGoDuration(text), null, text);
});
