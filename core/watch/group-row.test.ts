import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupRowsOf, lagTotalOf, longestWaiting, sortRows, type GroupRow } from './group-row.ts';
import type { GroupLine, PartitionLine } from './watch-line.ts';

const row = (group: string, lagHigh: number | null, more: Partial<GroupRow> = {}): GroupRow => ({
  group,
  topic: 'orders',
  phase: 'consuming',
  status: 'ok',
  lagLow: lagHigh,
  lagHigh,
  produceRatePerSecond: 1,
  consumeRatePerSecond: 1,
  waiting: { lowMs: 0, highMs: 0 },
  drain: null,
  ...more,
});
const names = (rows: readonly GroupRow[]): string[] => rows.map(({ group }) => group);

describe('rows of a watch', () => {
  const line: GroupLine = {
    kind: 'group',
    time: '2026-11-27T00:00:00.000Z',
    group: 'billing',
    topic: 'orders',
    state: 'rebalancing',
    partitions: 2,
    members: 1,
    lagLow: 3,
    lagHigh: 5,
    produceRatePerSecond: 7,
    consumeRatePerSecond: null,
    status: 'warn',
    drainEstimateMs: 4000,
  };
  const partitionLine = (timeLagLowMs: number | null, timeLagHighMs: number | null): PartitionLine =>
    ({
      ...line,
      kind: 'partition',
      partition: 0,
      state: 'ok',
      timeLagLowMs,
      timeLagHighMs,
    }) as unknown as PartitionLine;

  it('have what the group lines say, and of their own partitions the longest waiting time', () => {
    const other = { ...partitionLine(9000, 9000), group: 'mailer' };
    assert.deepEqual(groupRowsOf([partitionLine(10, 20), partitionLine(15, 18), other, line]), [
      {
        group: 'billing',
        topic: 'orders',
        phase: 'rebalancing',
        status: 'warn',
        lagLow: 3,
        lagHigh: 5,
        produceRatePerSecond: 7,
        consumeRatePerSecond: null,
        waiting: { lowMs: 15, highMs: 20 },
        drain: { restMs: 4000, restLowMs: null, restHighMs: null },
      },
    ]);
  });

  for (const [what, bounds, expected] of [
    ['no partition', [], [null, null]],
    ['none that is known', [[null, null]], [null, null]],
    [
      'one without an upper bound',
      [
        [10, null],
        [5, 8],
      ],
      [10, null],
    ],
    [
      'one that is not known beside another',
      [
        [10, 12],
        [null, null],
      ],
      [10, null],
    ],
    [
      'all known',
      [
        [10, 12],
        [0, 40],
      ],
      [10, 40],
    ],
  ] as const)
    it(`have, of ${what}, a waiting time from ${expected[0]} to ${expected[1]}`, () => {
      const partitions = bounds.map(([timeLagLowMs, timeLagHighMs]) => ({ timeLagLowMs, timeLagHighMs }));
      assert.deepEqual(longestWaiting(partitions), { lowMs: expected[0], highMs: expected[1] });
    });
});

describe('the order of rows', () => {
  it('by lag has the worst first, and what is not known before what has none', () => {
    const rows = [row('none', 0), row('unknown', null), row('small', 2), row('great', 9)];
    assert.deepEqual(names(sortRows(rows, 'lag')), ['great', 'small', 'unknown', 'none']);
  });

  it('by rate has the busiest first, and by name goes by name', () => {
    const rows = [
      row('b', 1, { produceRatePerSecond: null }),
      row('c', 1, { produceRatePerSecond: 5 }),
      row('a', 1, { produceRatePerSecond: 0 }),
    ];
    assert.deepEqual(names(sortRows(rows, 'rate')), ['c', 'a', 'b']);
    assert.deepEqual(names(sortRows(rows, 'name')), ['a', 'b', 'c']);
  });
});

it('the total of lags counts apart what is not known', () => {
  const rows = [row('a', 5, { lagLow: 3 }), row('b', null), row('c', 1)];
  assert.deepEqual(lagTotalOf(rows), { low: 4, high: 6, unknown: 1 });
});
