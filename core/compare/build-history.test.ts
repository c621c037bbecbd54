import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeHistories, type MetricHistory } from './build-history.ts';
import { randomNumbers } from './random-numbers.ts';

const options = { alpha: 0.05, minEffect: 0.05, metrics: [], newestRuns: 10 };

/** Values around each level, off by up to 2 %, the same each time. */
const around = (levels: readonly number[], seed = 1): number[] => {
  const random = randomNumbers(seed);
  return levels.map((level) => level * (1 + 0.04 * (random() - 0.5)));
};
const flat = (count: number, level: number): number[] => Array<number>(count).fill(level);
const history = (
  values: readonly (number | null)[],
  given: Partial<MetricHistory> & { readonly isBound?: (run: number) => boolean } = {},
): MetricHistory => ({
  metric: 'm',
  unit: 'ms',
  better: 'lower',
  readings: values.map((value, run) =>
    value === null ? null : { value, isBound: given.isBound?.(run) ?? false },
  ),
  ...given,
});
const judged = (all: readonly MetricHistory[], given = options) =>
  judgeHistories(
    all,
    (all[0]?.readings ?? []).map((_, run) => ({ runId: `run-${run}` })),
    given,
  );
const changesOf = (each: MetricHistory, given = options) =>
  judged([each], given)[0]?.changes.map(({ run, verdict, isNewest }) => [run, verdict, isNewest]);

describe('the changes of a metric over a history', () => {
  it('are a regression or an improvement by the direction of the metric', () => {
    const slower = around([...flat(14, 100), ...flat(6, 130)]);
    assert.deepEqual(changesOf(history(slower)), [[14, 'regression', true]]);
    assert.deepEqual(changesOf(history(slower, { better: 'higher' })), [[14, 'improvement', true]]);
  });

  it('are of the newest end only where they began there, and nothing changed since', () => {
    const old = around([...flat(10, 100), ...flat(15, 130)]);
    assert.deepEqual(changesOf(history(old)), [[10, 'regression', false]]);
    assert.deepEqual(changesOf(history(old), { ...options, newestRuns: 15 }), [[10, 'regression', true]]);
    const back = around([...flat(12, 100), ...flat(5, 130), ...flat(5, 100)]);
    assert.deepEqual(changesOf(history(back)), [
      [12, 'regression', false],
      [17, 'improvement', true],
    ]);
  });

  it('are none where they are too small to count, and the means are those of the whole', () => {
    const values = around([...flat(15, 100), ...flat(15, 103)]);
    const [found] = judged([history(values)]);
    assert.deepEqual(found?.changes, []);
    assert.deepEqual(
      found?.stretches.map(({ from, to }) => [from, to]),
      [[0, 29]],
    );
    assert.deepEqual(changesOf(history(values), { ...options, minEffect: 0.01 }), [
      [15, 'regression', false],
    ]);
  });

  it('pass over runs that did not measure the metric, and name the run itself', () => {
    const values = around([...flat(14, 100), ...flat(8, 130)]).map((value, run) =>
      run % 5 === 3 ? null : value,
    );
    const [found] = judged([history(values)]);
    assert.deepEqual(
      found?.changes.map(({ run, runId }) => [run, runId]),
      [[14, 'run-14']],
    );
  });

  it('are not claimed where of the better side only a lower bound is known', () => {
    const slower = around([...flat(10, 100), ...flat(10, 130)]);
    assert.deepEqual(changesOf(history(slower, { isBound: (run) => run === 4 })), []);
    assert.equal(changesOf(history(slower, { isBound: (run) => run === 14 }))?.length, 1);
  });

  it('count by their size where a metric was 0', () => {
    const lost = [...flat(12, 0), 4, 5, 4, 6, 5, 4];
    const [found] = judged([history(lost)]);
    assert.deepEqual(
      found?.changes.map(({ run, change, verdict }) => [run, change, verdict]),
      [[12, null, 'regression']],
    );
  });

  it('are judged at a level that the other metrics share, but for those that cannot change', () => {
    assert.deepEqual(
      judged([history(flat(5, 1)), history(flat(8, 1)), history(around(flat(20, 1)))]).map(
        ({ state }) => state,
      ),
      ['too-few-runs', 'constant', 'judged'],
    );
  });

  it('are false in at most a share alpha of histories of many metrics', () => {
    let wrong = 0;
    for (let time = 0; time < 200; time += 1) {
      const metrics = [0, 1, 2, 3].map((index) => history(around(flat(20, 100), 1000 * time + index)));
      if (judged(metrics, { ...options, minEffect: 0 }).some(({ changes }) => changes.length > 0)) wrong += 1;
    }
    // 5 % and three standard errors of counting 200.
    assert.ok(wrong <= 19, String(wrong));
  });
});
