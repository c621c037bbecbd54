import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Observation } from '../record/observation.ts';
import { createStampWatch } from './k6-clock.ts';
import type { PushedSeries } from './remote-write-decode.ts';

const startedAtEpochMs = Date.UTC(2026, 0, 1);
/** A push whose newest sample was stamped so long after the run's start, by k6's clock. */
const push = (...stampsMs: readonly number[]): PushedSeries[] =>
  stampsMs.map((stampMs) => ({
    name: 'k6_vus',
    labels: {},
    timestampMs: startedAtEpochMs + stampMs,
    reading: { kind: 'number', value: 1 },
  }));
const values = (seen: readonly Observation[]): number[] =>
  seen.flatMap((each) => (each.kind === 'gauge' ? [each.value] : []));

describe('createStampWatch', () => {
  it('bounds the clock of k6 by the arrival of two pushes', () => {
    const watch = createStampWatch({ startedAtEpochMs });
    assert.deepEqual(watch.take(push(900), 1000), []);
    assert.deepEqual(values(watch.take(push(1200, 1900), 2010)), [-110, 900]);
    // The same samples again say nothing new.
    assert.deepEqual(watch.take(push(1900), 3000), []);
    assert.deepEqual(watch.take([], 3000), []);
  });

  it('shows a clock that is an hour ahead, and one that was set back', () => {
    const watch = createStampWatch({ startedAtEpochMs });
    watch.take(push(900), 1000);
    assert.deepEqual(values(watch.take(push(3_601_900), 2000)), [3_599_900, 3_600_900]);
    assert.deepEqual(values(watch.take(push(-7000), 3000)), [-10_000, -9000]);
  });
});
