import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lagReadings, partition, type Reading } from '../../fixtures/build-record.ts';
import { createLiveView } from '../live-view.ts';
import type { Observation } from '../record/observation.ts';
import { inBlocks } from '../record/offset-samples.ts';
import type { OffsetHistory, OffsetSample } from '../record/run-record.ts';
import type { GroupRow } from '../watch/group-row.ts';
import { liveGroupRow } from './live-group-row.ts';

const seen = (...histories: OffsetHistory<OffsetSample[]>[]): Observation[] =>
  inBlocks(histories.flatMap(({ samples, ...place }) => samples.map((sample) => ({ ...place, sample }))));
const rowsOf = (observations: readonly Observation[]): GroupRow[] => {
  const view = createLiveView();
  view.take(observations);
  return view.groups().map(liveGroupRow);
};
const every = (reading: (second: number) => Reading): Reading[] =>
  Array.from({ length: 21 }, (_, second) => reading(second));

describe('a group of a run as a row', () => {
  it('has rates, lag, waiting time and the forecast with its interval', () => {
    const [row] = rowsOf(seen(partition(every((second) => [second * 1000, 10 * second, 500]))));
    assert.ok(row !== undefined);
    assert.deepEqual([row.lagLow, row.lagHigh], [300, 300]);
    assert.deepEqual([row.produceRatePerSecond, row.consumeRatePerSecond], [0, 10]);
    assert.equal(row.status, 'ok');
    assert.ok(row.waiting.lowMs !== null && row.waiting.lowMs >= 19_000, JSON.stringify(row.waiting));
    const { restMs, restLowMs, restHighMs } = row.drain ?? {};
    assert.ok(restMs !== undefined && Math.abs(restMs - 30_000) < 1000, `${restMs}`);
    assert.ok((restLowMs ?? Infinity) <= restMs && restMs <= (restHighMs ?? 0));
  });

  it('leaves out partitions without part in the run, which would make all of it unknown', () => {
    const idle = partition(
      every((second) => [second * 1000, null, 7]),
      { partition: 1 },
    );
    const [row] = rowsOf(seen(partition(every((second) => [second * 1000, 10 * second, 500])), idle));
    assert.deepEqual([row?.lagHigh, row?.produceRatePerSecond, row?.consumeRatePerSecond], [300, 0, 10]);
  });

  it('is not known to consume before its members are, and knows then who holds nothing', () => {
    const still = every((second): Reading => [second * 1000, 5, 500]);
    const readings = seen(partition(still));
    const told: Observation = {
      kind: 'assignment',
      group: 'issuer',
      topic: 'coupons',
      atMs: 0,
      members: [],
    };
    assert.deepEqual(
      rowsOf(readings).map(({ phase, status }) => [phase, status]),
      [['unknown', 'stall']],
    );
    assert.deepEqual(
      rowsOf([told, ...readings]).map(({ phase, status }) => [phase, status]),
      [['consuming', 'stop']],
    );
  });

  it('has nobody who holds its partitions when it is empty, whatever else was told', () => {
    const still = partition(every((second): Reading => [second * 1000, 5, 500]));
    const empty = {
      ...still,
      samples: still.samples.map((each) => ({ ...each, groupState: 'empty' as const })),
    };
    assert.deepEqual(
      rowsOf(seen(empty)).map(({ phase, status }) => [phase, status]),
      [['empty', 'stop']],
    );
  });

  it('has a lag and nothing else where partitions are too many to be followed one by one', () => {
    const many = Array.from({ length: 2001 }, (_, number) =>
      partition(
        [
          [0, 0, 3],
          [1000, 1, 3],
        ],
        { partition: number },
      ),
    );
    const [row] = rowsOf(seen(...many));
    assert.deepEqual(row, {
      group: 'issuer',
      topic: 'coupons',
      phase: 'unknown',
      status: null,
      lagLow: 4002,
      lagHigh: 4002,
      produceRatePerSecond: null,
      consumeRatePerSecond: null,
      waiting: { lowMs: null, highMs: null },
      drain: null,
    });
  });

  it('is one row for each topic of a group', () => {
    const other = { ...partition(lagReadings([9, 8])), topic: 'mails' };
    assert.deepEqual(
      rowsOf(seen(partition(lagReadings([4, 3])), other)).map(({ topic, lagHigh }) => [topic, lagHigh]),
      [
        ['coupons', 3],
        ['mails', 8],
      ],
    );
  });
});
