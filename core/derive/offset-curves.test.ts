import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type PartitionOptions, type Reading } from '../../fixtures/build-record.ts';
import { inColumns, offsetHistories } from '../../fixtures/offset-histories.ts';
import { groupCurves, withoutInert, type CurvePoint } from './offset-curves.ts';
import { partitionLag } from './partition-lag.ts';

const lagOf = (reading: Reading, options: PartitionOptions = {}) =>
  partitionLag(partition([reading], options).samples[0]!);

const curve = (...partitions: ReturnType<typeof partition>[]): readonly CurvePoint[] => {
  const [first] = groupCurves(partitions);
  assert.ok(first);
  return first.points;
};

describe('partitionLag', () => {
  for (const [what, reading, options, expected] of [
    ['is exact where the group committed nothing in between', [0, 40, 100], {}, ['ok', 60, 60]],
    ['is an interval where it did', [0, 40, 100, 70], {}, ['ok', 30, 60]],
    ['is no number while the group is set back', [0, 70, 100, 40], {}, ['offsets-reset', null, null]],
    ['is no number beyond the end of the log', [0, 70, 60, 80], {}, ['beyond-log-end', null, null]],
    [
      'is no number without a commit on a partition that holds records',
      [0, null, 100],
      {},
      ['no-commit', null, null],
    ],
    ['is no number while the first commit comes in', [0, null, 100, 50], {}, ['no-commit', null, null]],
    ['is zero without a commit where nothing is in the log', [0, null, 100], { logStart: 100 }, ['ok', 0, 0]],
    [
      'is zero without a commit on a partition that never had a record',
      [0, null, 0],
      { logStart: null },
      ['ok', 0, 0],
    ],
    [
      'is no number without a commit where the log start is not known',
      [0, null, 9],
      { logStart: null },
      ['no-commit', null, null],
    ],
    ['is no number below the log start', [0, 40, 100], { logStart: 50 }, ['below-log-start', null, null]],
  ] as const) {
    it(what, () => {
      const { state, low, high } = lagOf(reading, options);
      assert.deepEqual([state, low, high], expected);
    });
  }

  it('counts a lower bound below zero as a clamp', () => {
    assert.deepEqual(lagOf([0, 90, 100, 105]), { state: 'ok', low: 0, high: 10, isClamped: true, lost: 0 });
  });

  it('is exact for offsets beyond 2^53', () => {
    assert.equal(lagOf([0, 1, 4], { base: 2n ** 60n }).low, 3);
  });
});

describe('a partition that was made while it was watched', () => {
  const added = (readings: readonly Reading[]): ReturnType<typeof partition> => {
    const history = partition(readings, { partition: 1 });
    return { ...history, samples: history.samples.map((each) => ({ ...each, isAdded: true as const })) };
  };
  const old: readonly Reading[] = [
    [0, 0, 0],
    [1000, 0, 10],
    [2000, 10, 10],
  ];
  const totals = (...partitions: ReturnType<typeof partition>[]): unknown[] => {
    const { produced, consumed, lagHigh } = curve(...partitions).at(-1) ?? {};
    return [produced, consumed, lagHigh];
  };

  it('counts what it held when it was first read', () => {
    assert.deepEqual(totals(partition(old), added([[2000, 30, 40]])), [50, 40, 10]);
    // Of one that was there before nothing is known of what came before the first reading.
    assert.deepEqual(totals(partition(old), partition([[2000, 30, 40]], { partition: 1 })), [10, 10, 10]);
  });

  it('has its part in the lag though nobody reads it and nothing more comes', () => {
    assert.deepEqual(totals(partition(old), added([[2000, null, 40]])), [50, 10, null]);
    assert.deepEqual(totals(partition(old), partition([[2000, null, 40]], { partition: 1 })), [10, 10, 0]);
  });
});

describe('groupCurves', () => {
  it('adds up the partitions of a group, reading by reading', () => {
    const points = curve(
      partition([
        [0, 0, 0],
        [1000, 5, 10],
      ]),
      partition(
        [
          [0, 100, 100],
          [1000, 100, 130],
        ],
        { partition: 1 },
      ),
    );
    assert.deepEqual(
      points.map(({ produced, consumed, lagLow, lagHigh }) => [produced, consumed, lagLow, lagHigh]),
      [
        [0, 0, 0, 0],
        [40, 5, 35, 35],
      ],
    );
  });

  it('keeps groups and topics apart', () => {
    const curves = groupCurves([
      partition([[0, 0, 1]]),
      partition([[0, 0, 2]], { group: 'other' }),
      partition([[0, 0, 3]], { topic: 'refunds' }),
    ]);
    assert.deepEqual(
      curves.map(({ points }) => points[0]?.lagHigh),
      [1, 2, 3],
    );
  });

  it('has no lag, and no fall of what was produced, where a reading lacks a partition', () => {
    const points = curve(
      partition([
        [0, 0, 0],
        [1000, 5, 10],
        [2000, 10, 10],
      ]),
      partition(
        [
          [0, 0, 0],
          [2000, 0, 30],
        ],
        { partition: 1 },
      ),
    );
    assert.deepEqual(
      points.map(({ produced, lagHigh }) => [produced, lagHigh]),
      [
        [0, 0],
        [10, null],
        [40, 30],
      ],
    );
  });

  it('takes a partition in when the topic grows', () => {
    const points = curve(
      partition([
        [0, 0, 0],
        [1000, 0, 10],
        [2000, 10, 10],
      ]),
      partition([[2000, 0, 5]], { partition: 1 }),
    );
    assert.deepEqual(
      points.map(({ lagHigh }) => lagHigh),
      [0, 10, 5],
    );
  });

  it('has a first commit far into the log count as no consumption where nothing else is known', () => {
    const points = curve(
      partition(
        [
          [0, null, 1000],
          [1000, 1000, 1000],
        ],
        { logStart: null },
      ),
    );
    assert.deepEqual(
      points.map(({ consumed }) => consumed),
      [0, 0],
    );
  });
});

describe('the lag of a group', () => {
  it('is the sum over the partitions read in that moment, and no number where one that is known of has none', () => {
    fc.assert(
      fc.property(offsetHistories, (histories) => {
        const active = withoutInert(histories);
        const ordered = active.map(({ samples }) =>
          [...samples].sort((one, other) => one.fromMs - other.fromMs),
        );
        const moments = [...new Set(ordered.flat().map(({ fromMs }) => fromMs))].sort(
          (one, other) => one - other,
        );
        const expected = moments.map((atMs) => {
          const lags = ordered
            .filter(([first]) => (first?.fromMs ?? Infinity) <= atMs)
            .map((samples) => samples.findLast(({ fromMs }) => fromMs === atMs))
            .map((sample) => (sample === undefined ? undefined : partitionLag(sample)));
          return lags.some((lag) => lag?.high == null)
            ? [null, null]
            : [sum(lags.map((lag) => lag?.low ?? 0)), sum(lags.map((lag) => lag?.high ?? 0))];
        });
        for (const all of [histories, inColumns(histories)])
          assert.deepEqual(
            groupCurves(all)[0]?.points.map(({ lagLow, lagHigh }) => [lagLow, lagHigh]),
            expected,
          );
      }),
    );
  });
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('a partition without a commit', () => {
  const busy = partition([
    [0, 0, 10],
    [1000, 10, 10],
  ]);

  it('leaves the lag of the others known while nothing is added to it', () => {
    const idle = partition(
      [
        [0, null, 500],
        [1000, null, 500],
      ],
      { partition: 1 },
    );
    assert.deepEqual(
      curve(busy, idle).map(({ lagHigh }) => lagHigh),
      [10, 0],
    );
  });

  it('makes the lag unknown once something is added to it', () => {
    const filling = partition(
      [
        [0, null, 500],
        [1000, null, 501],
      ],
      { partition: 1 },
    );
    assert.deepEqual(
      curve(busy, filling).map(({ lagHigh }) => lagHigh),
      [null, null],
    );
  });
});
