import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../../fixtures/build-record.ts';
import { forecastDrain, type DrainForecast, type NoForecast, type WorkerOf } from './drain-forecast.ts';

const seconds = (count: number, reading: (second: number) => Reading) =>
  Array.from({ length: count }, (_, second) => reading(second));
/** 1,000 messages were there from the start, and so many are worked off in a second. */
const steady = (perSecond: number, id = 0) =>
  partition(
    seconds(31, (second) => [second * 1000, perSecond * second, second === 0 ? 0 : 1000]),
    { partition: id },
  );
const alone: WorkerOf = String;

const made = (forecast: DrainForecast | NoForecast): DrainForecast => {
  assert.ok(!('reason' in forecast), JSON.stringify(forecast));
  return forecast;
};
const refused = (forecast: DrainForecast | NoForecast): NoForecast => {
  assert.ok('reason' in forecast, JSON.stringify(forecast));
  return forecast;
};

describe('forecastDrain', () => {
  it('is what is left at the pace so far, with an interval around it', () => {
    const { restMs, restLowMs, restHighMs, lagMessages } = made(forecastDrain([steady(20)], alone));
    assert.equal(lagMessages, 400);
    assert.ok(Math.abs(restMs - 20_000) < 500, `${restMs}`);
    assert.ok(restLowMs < restMs && restMs < restHighMs);
  });

  it('goes by the slowest partition where each has its own worker', () => {
    const { restMs, slowestPartition } = made(forecastDrain([steady(30), steady(10, 1)], alone));
    assert.equal(slowestPartition, 1);
    assert.ok(Math.abs(restMs - 70_000) < 7000, `${restMs}`);
  });

  it('lets partitions of one worker get faster when others are done', () => {
    const { restMs } = made(forecastDrain([steady(30), steady(10, 1)], () => 'the only one'));
    // 100 and 700 are left, 40 are done in a second
    assert.ok(Math.abs(restMs - 20_000) < 2000, `${restMs}`);
  });

  it('allows for both where nobody knows who works on what', () => {
    const { restLowMs, restHighMs } = made(forecastDrain([steady(30), steady(10, 1)]));
    assert.ok(restLowMs < 20_000 && restHighMs > 70_000);
  });

  it('widens with an uneven pace', () => {
    const uneven = partition(
      seconds(31, (second) => [
        second * 1000,
        20 * second + (Math.floor(second / 3) % 2 === 0 ? 0 : 20),
        second === 0 ? 0 : 1000,
      ]),
    );
    const width = ({ restLowMs, restHighMs }: DrainForecast): number => restHighMs - restLowMs;
    assert.ok(
      width(made(forecastDrain([uneven], alone))) > 1.1 * width(made(forecastDrain([steady(20)], alone))),
    );
  });

  it('takes the pace from commit to commit where those are rare', () => {
    const rare = partition(
      seconds(33, (second) => [second * 1000, 20 * 5 * Math.floor(second / 5), second === 0 ? 0 : 1000]),
    );
    // 600 were committed at 30 s, 2 s before the last reading; the rest takes 20 s from there
    const { restMs } = made(forecastDrain([rare], alone));
    assert.ok(Math.abs(restMs - 18_000) < 3500, `${restMs}`);
  });

  it('leaves a stall that has ended out of the pace', () => {
    const stalled = partition(
      seconds(41, (second) => [
        second * 1000,
        20 * (second < 10 ? second : second < 25 ? 10 : second - 15),
        second === 0 ? 0 : 1000,
      ]),
    );
    // 500 left, at 20 and not at 12.5 a second
    const { restMs } = made(forecastDrain([stalled], alone));
    assert.ok(Math.abs(restMs - 25_000) < 2500, `${restMs}`);
  });

  it('does not take the slowest of many equal workers for an unlucky one every time', () => {
    const uneven = (id: number) =>
      partition(
        seconds(31, (second) => [
          second * 1000,
          20 * second + (Math.floor((second + id) / 3) % 2 === 0 ? 0 : 20),
          second === 0 ? 0 : 1000,
        ]),
        { partition: id },
      );
    const one = made(forecastDrain([uneven(0)], alone));
    const many = made(
      forecastDrain(
        Array.from({ length: 8 }, (_, id) => uneven(id)),
        alone,
      ),
    );
    assert.ok(many.restMs > one.restMs && many.restMs < 1.25 * one.restMs, `${one.restMs} ${many.restMs}`);
    assert.ok(many.restHighMs > one.restHighMs);
  });

  it('foretells nothing where a backlog stands and nobody moves, and names the partition', () => {
    const stuck = partition(
      seconds(31, (second) => [second * 1000, 0, second === 0 ? 0 : 50]),
      { partition: 3 },
    );
    const { reason, partition: named } = refused(forecastDrain([steady(20), stuck], alone));
    assert.deepEqual([reason, named], ['not-moving', 3]);
  });

  it('does not mind a partition that has no part in the run', () => {
    const idle = partition(
      seconds(31, (second) => [second * 1000, null, 50]),
      { partition: 1 },
    );
    assert.equal(made(forecastDrain([steady(20), idle], alone)).slowestPartition, 0);
  });

  it('foretells nothing where a lag is not a number', () => {
    const unknown = partition(seconds(31, (second) => [second * 1000, null, 50]));
    assert.equal(refused(forecastDrain([unknown], alone)).reason, 'no-lag-reading');
  });

  it('foretells nothing from too few readings, or from none', () => {
    assert.equal(refused(forecastDrain([partition([[0, 0, 50]])], alone)).reason, 'too-few-samples');
    assert.equal(refused(forecastDrain([], alone)).reason, 'too-few-samples');
  });

  it('expects nothing more where nothing waits', () => {
    const done = partition(seconds(31, (second) => [second * 1000, 20 * second, 20 * second]));
    const { restMs, restHighMs, slowestPartition } = made(forecastDrain([done], alone));
    assert.deepEqual([restMs, restHighMs, slowestPartition], [0, 0, null]);
  });

  it('is never negative or NaN, and has its bounds in order, whatever the history', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 60 }));
    const history = fc.array(step, { minLength: 1, maxLength: 50 }).map((steps) => {
      let [end, committed] = [0, 0];
      return steps.map(([arrived, worked], second): Reading => {
        end += arrived;
        committed = Math.min(end, committed + worked);
        return [second * 1000, committed, end];
      });
    });
    fc.assert(
      fc.property(fc.array(history, { minLength: 1, maxLength: 4 }), fc.boolean(), (histories, isKnown) => {
        const partitions = histories.map((readings, id) => partition(readings, { partition: id }));
        const forecast = forecastDrain(partitions, isKnown ? alone : undefined);
        if ('reason' in forecast) return;
        const { restLowMs, restMs, restHighMs } = forecast;
        assert.ok(
          0 <= restLowMs && restLowMs <= restMs && restMs <= restHighMs && Number.isFinite(restHighMs),
          JSON.stringify(forecast),
        );
      }),
    );
  });
});
