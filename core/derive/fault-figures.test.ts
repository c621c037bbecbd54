import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultEvent as event, faultyRecord as record } from '../../fixtures/faulty-record.ts';
import { buildRecord } from '../../fixtures/build-record.ts';
import { faultFigures } from './fault-figures.ts';

const latency = 'postgres.latency=200ms@2s-5s';

test('a fault that came and went has its planned and its actual times on the run’s clock', () => {
  const events = [event(latency, 3012, 'applied'), event(latency, 6020, 'removed')];
  assert.deepEqual(faultFigures(record([latency], events)), [
    {
      fault: latency,
      label: 'postgres.latency=200ms',
      plannedFromMs: 3000,
      plannedToMs: 6000,
      state: 'applied',
      fromMs: 3012,
      toMs: 6020,
      reason: null,
    },
  ]);
});

test('a one-shot is a moment, and a fault without an end ends with the run', () => {
  const [crash, down] = ['consumer.crash@4s', 'redis.down@5s'];
  const events = [
    event(crash, 5003, 'triggered'),
    event(down, 6002, 'applied'),
    event(down, 19_990, 'removed'),
  ];
  assert.deepEqual(
    faultFigures(record([crash, down], events)).map(({ state, fromMs, toMs, plannedToMs }) => [
      state,
      fromMs,
      toMs,
      plannedToMs,
    ]),
    [
      ['triggered', 5003, 5003, null],
      ['applied', 6002, 19_990, null],
    ],
  );
});

test('what went wrong with a fault is kept, until it went right after all', () => {
  const failed = [event(latency, 3001, 'not-applied', 'HTTP 500')];
  const stayed = [event(latency, 3001, 'applied'), event(latency, 6001, 'not-removed', 'ECONNREFUSED')];
  const late = [...stayed, event(latency, 8000, 'removed')];
  assert.deepEqual(
    [failed, stayed, late].map((events) => {
      const [figures] = faultFigures(record([latency], events));
      return [figures?.state, figures?.fromMs, figures?.toMs, figures?.reason];
    }),
    [
      ['not-applied', null, null, 'HTTP 500'],
      ['not-removed', 3001, null, 'ECONNREFUSED'],
      ['applied', 3001, 8000, null],
    ],
  );
});

test('a journal that was cut leaves open what became of a fault', () => {
  const cut = record([latency, 'redis.down@9s'], [event(latency, 3001, 'applied')], { end: undefined });
  assert.deepEqual(
    faultFigures(cut).map(({ state, reason }) => [state, reason]),
    [
      ['not-removed', 'journal-cut'],
      ['not-applied', 'journal-cut'],
    ],
  );
});

test('a run without faults has no figures of them, and one without a load no planned times', () => {
  assert.deepEqual(faultFigures(buildRecord()), []);
  const [figures] = faultFigures(record([latency], [], { phases: [] }));
  assert.deepEqual([figures?.plannedFromMs, figures?.plannedToMs], [null, null]);
});

test('a fault in a form that this version does not read is still shown', () => {
  const [figures] = faultFigures(record(['postgres, slow, later'], []));
  assert.deepEqual(
    [figures?.label, figures?.plannedFromMs, figures?.state],
    ['postgres, slow, later', null, 'not-applied'],
  );
});
