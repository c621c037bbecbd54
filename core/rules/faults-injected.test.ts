import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRecord } from '../../fixtures/build-record.ts';
import { faultEvent as event, faultyRecord } from '../../fixtures/faulty-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import type { RunEvent } from '../record/run-record.ts';
import { faultsInjected } from './faults-injected.ts';

const latency = 'postgres.latency=200ms@2s-5s';
const down = 'redis.down@5s';
const crash = 'consumer.crash@4s';

const histories: readonly (readonly [
  what: string,
  faults: readonly string[],
  events: readonly RunEvent[],
  expected: readonly [outcome: string, measured: number, reason?: string],
])[] = [
  [
    'all of them came and went',
    [latency, crash],
    [event(latency, 3000, 'applied'), event(latency, 6000, 'removed'), event(crash, 5000, 'triggered')],
    ['pass', 2],
  ],
  [
    'one could not be set',
    [latency, crash],
    [event(latency, 3000, 'not-applied', 'HTTP 500'), event(crash, 5000, 'triggered')],
    ['invalid', 1, 'fault-not-applied'],
  ],
  ['nothing was seen of one', [latency], [], ['invalid', 0, 'fault-not-applied']],
  [
    'one stayed that was to go before the end',
    [latency],
    [event(latency, 3000, 'applied'), event(latency, 6000, 'not-removed', 'ECONNREFUSED')],
    ['invalid', 0, 'fault-not-removed'],
  ],
  [
    'one that was to stay until the end could not be taken away then',
    [down],
    [event(down, 6000, 'applied'), event(down, 19_999, 'not-removed', 'ECONNREFUSED')],
    ['pass', 1],
  ],
];

for (const [what, faults, events, [outcome, measured, reason]] of histories) {
  test(`where ${what}: ${outcome}`, () => {
    const record = faultyRecord(faults, events);
    const [finding, ...others] = faultsInjected.evaluate(record, runFigures(record));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [finding?.outcome, finding?.measured, finding?.facts['reason'], finding?.expression],
      [outcome, measured, reason, `count==${faults.length}`],
    );
  });
}

test('where the journal was cut: invalid', () => {
  const record = faultyRecord([down], [event(down, 6000, 'applied')], { end: undefined });
  assert.equal(faultsInjected.evaluate(record, runFigures(record))[0]?.outcome, 'invalid');
});

test('it does not apply to a run without faults', () => {
  const record = buildRecord();
  assert.deepEqual(faultsInjected.evaluate(record, runFigures(record)), []);
});
