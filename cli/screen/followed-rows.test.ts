import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupRow } from '../../core/watch/group-row.ts';
import { createEventLog } from './event-log.ts';
import { followRows } from './followed-rows.ts';

const row = (group: string, lag: number | null): GroupRow => ({
  group,
  topic: 'orders',
  phase: 'consuming',
  status: 'ok',
  lagLow: lag,
  lagHigh: lag,
  produceRatePerSecond: null,
  consumeRatePerSecond: null,
  waiting: { lowMs: null, highMs: null },
  drain: null,
});

const followed = (...readings: (readonly [atMs: number, ...rows: GroupRow[]])[]) => {
  const rows = followRows(() => readings.at(-1)?.[0] ?? 0, 5000);
  for (const [atMs, ...those] of readings) rows.take(those, atMs);
  return rows;
};

describe('rows that are followed', () => {
  it('know which way their lag goes, and what it was', () => {
    const rows = followed([0, row('a', 3)], [5000, row('a', 8)]);
    const [shown] = rows.rows('lag');
    assert.equal(shown?.trend, 'growing');
    assert.deepEqual(shown?.slices(3), [null, 3, 8]);
    assert.deepEqual(rows.totalSlices(3), [null, 3, 8]);
  });

  it('stay, marked, when a reading lacks them, and count then as not known', () => {
    const rows = followed([0, row('a', 3), row('b', 4)], [1000, row('a', 3)]);
    assert.deepEqual(
      rows.rows('name').map(({ group, isStale, lagHigh }) => [group, isStale, lagHigh]),
      [
        ['a', false, 3],
        ['b', true, 4],
      ],
    );
    assert.deepEqual(rows.total(), { low: 3, high: 3, unknown: 1 });
  });

  it('go when they were not read for ten minutes', () => {
    const rows = followed([0, row('a', 3), row('b', 4)], [600_001, row('a', 3)]);
    assert.deepEqual(
      rows.rows('name').map(({ group }) => group),
      ['a'],
    );
  });

  it('are all marked when nothing can be read', () => {
    const rows = followed([0, row('a', 3)]);
    rows.lose();
    assert.deepEqual([rows.rows('lag')[0]?.isStale, rows.total().unknown], [true, 1]);
    rows.take([row('a', 2)], 5000);
    assert.deepEqual([rows.rows('lag')[0]?.isStale, rows.total().unknown], [false, 0]);
  });

  it('have no total while one of them is not known', () => {
    assert.deepEqual(followed([0, row('a', 3), row('b', null)]).totalSlices(1), [null]);
  });
});

it('events that are told again at once are one, and old ones go', () => {
  const log = createEventLog();
  const add = (text: string, atEpochMs: number) => log.add({ text, atEpochMs, isWarning: false });
  add('gap', 1);
  add('gap', 2);
  add('back', 3);
  assert.deepEqual(
    log.newest(5).map(({ text, atEpochMs, times }) => [text, atEpochMs, times]),
    [
      ['gap', 2, 2],
      ['back', 3, 1],
    ],
  );
  for (let number = 0; number < 1000; number += 1) add(`event ${number}`, number);
  assert.equal(log.newest(1000).length, 100);
  assert.deepEqual(log.newest(0), []);
});
