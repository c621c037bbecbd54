import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lagReadings, partition, type Reading } from '../fixtures/build-record.ts';
import { createLiveView } from './live-view.ts';
import type { Observation } from './record/observation.ts';
import { inBlocks } from './record/offset-samples.ts';
import type { OffsetHistory, OffsetSample } from './record/run-record.ts';

const seen = (...histories: OffsetHistory<OffsetSample[]>[]): Observation[] =>
  inBlocks(histories.flatMap(({ samples, ...place }) => samples.map((sample) => ({ ...place, sample }))));
const viewOf = (...histories: OffsetHistory<OffsetSample[]>[]) => {
  const view = createLiveView();
  view.take(seen(...histories));
  return view;
};

describe('the live view', () => {
  it('knows nothing before the first reading', () => {
    const view = createLiveView();
    assert.deepEqual([view.readings, view.lagMessages(), view.drainForecast()], [0, null, null]);
    assert.equal(view.isDrained(0, 2000), false);
  });

  it('adds up the lag of all groups, and has none while one is not a number', () => {
    const other = (committed: number | null) => partition([[0, committed, 50]], { group: 'mailer' });
    assert.equal(viewOf(partition([[0, 0, 10]]), other(30)).lagMessages(), 30);
    assert.equal(viewOf(partition([[0, 0, 10]]), other(null)).lagMessages(), null);
  });

  it('estimates the drain by the slowest group', () => {
    const quick = partition(lagReadings([400, 300, 200, 100]));
    const slow = partition(lagReadings([130, 120, 110, 100]), { group: 'mailer' });
    const forecast = viewOf(quick, slow).drainForecast();
    assert.ok(forecast && Math.abs(forecast.restMs - 10_000) < 10, `${forecast?.restMs}`);
    assert.ok(forecast.restLowMs < 10_000 && 10_000 < forecast.restHighMs);
    assert.equal(viewOf(partition(lagReadings([9, 9, 9, 9]))).drainForecast(), null);
  });

  it('is drained when every group is', () => {
    const empty = partition(lagReadings([9, 0, 0, 0, 0]));
    assert.equal(viewOf(empty).isDrained(0, 2000), true);
    assert.equal(viewOf(empty, partition([[0, 0, 9]], { group: 'mailer' })).isDrained(0, 2000), false);
  });

  it('is not drained while a partition that had records in the run was never committed on', () => {
    const minutes = (reading: (second: number) => Reading) =>
      Array.from({ length: 200 }, (_, second) => reading(second));
    const idle = partition(minutes((second) => [second * 1000, 0, 0]));
    const waiting = partition(
      minutes((second) => [second * 1000, null, second === 0 ? 0 : 9]),
      { partition: 1 },
    );
    const view = createLiveView(2000);
    view.take(seen(idle, waiting));
    assert.equal(view.isDrained(10_000, 2000), false);
    assert.equal(view.lagMessages(), null);
  });

  it('estimates by the recent rate, not by what was long ago', () => {
    const readings = Array.from({ length: 200 }, (_, second): Reading => [
      second * 1000,
      second < 100 ? second : 100 + (second - 100) * 10,
      10_000,
    ]);
    const view = createLiveView();
    view.take(seen(partition(readings)));
    const restMs = view.drainForecast()?.restMs ?? Number.NaN;
    assert.ok(Math.abs(restMs - (10_000 - 1090) * 100) < 1000, `${restMs}`);
  });

  it('lets partitions of one member help each other, by the last assignment that it was told of', () => {
    const readings = (perSecond: number) =>
      Array.from({ length: 31 }, (_, second): Reading => [second * 1000, perSecond * second, 1000]);
    const histories = [partition(readings(30)), partition(readings(10), { partition: 1 })];
    const view = viewOf(...histories);
    const told = (...held: number[][]): Observation => ({
      kind: 'assignment',
      group: histories[0]?.group ?? '',
      topic: histories[0]?.topic ?? '',
      atMs: 0,
      members: held.map((partitions, index) => ({ member: `m${index}`, partitions })),
    });
    view.take([told([0], [1])]);
    const apart = view.drainForecast()?.restMs ?? Number.NaN;
    view.take([told([0, 1])]);
    const together = view.drainForecast()?.restMs ?? Number.NaN;
    assert.ok(Math.abs(apart - 70_000) < 7000, `${apart}`);
    assert.ok(Math.abs(together - 20_000) < 2000, `${together}`);
  });

  it('knows the lag of any number of partitions, and foretells the drain of not too many', () => {
    const view = createLiveView(2000);
    const many = Array.from({ length: 2500 }, (_, index) =>
      partition(lagReadings([30, 20, 10, 0, 0, 0, 0]), { partition: index }),
    );
    const tickOf = (tick: number): OffsetHistory<OffsetSample[]>[] =>
      many.map((history) => ({ ...history, samples: history.samples.slice(tick, tick + 1) }));
    view.take(seen(...tickOf(0)));
    assert.equal(view.lagMessages(), 2500 * 30);
    for (const tick of [1, 2]) view.take(seen(...tickOf(tick)));
    assert.equal(view.lagMessages(), 2500 * 10);
    assert.equal(view.drainForecast(), null);
    assert.equal(view.isDrained(0, 2000), false);
    for (const tick of [3, 4, 5, 6]) view.take(seen(...tickOf(tick)));
    assert.equal(view.isDrained(0, 2000), true);
  });

  it('does not know the lag while a reading lacks a partition that has its part in the run', () => {
    const view = createLiveView();
    const one = partition([
      [0, 1, 9],
      [1000, 1, 9],
    ]);
    const other = partition([[0, 1, 9]], { partition: 1 });
    view.take(seen(one, other));
    assert.equal(view.lagMessages(), null);
  });

  it('sees a long sustained interval also with a short sampling interval', () => {
    const readings = Array.from({ length: 300 }, (_, index): Reading => [
      index * 100,
      index === 0 ? 0 : 9,
      9,
    ]);
    const view = createLiveView(20_000);
    view.take(seen(partition(readings)));
    assert.equal(view.readings, 300);
    assert.equal(view.isDrained(0, 20_000), true);
  });
});
