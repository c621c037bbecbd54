import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRunReport } from '../../fixtures/build-report.ts';
import { loadOf } from '../../fixtures/story-figures.ts';
import type { RunReport } from '../report-document.ts';
import { buildHistory, judgeHistories, type MetricHistory } from './build-history.ts';
import { historyDocumentSchema } from './history-document.ts';
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

describe('a history', () => {
  /** A run on a day of its own, with that median answer. */
  const story = { scenario: 'peak', loadMs: 10_000, durationMs: 10_000, requestsPerSecond: 100 };
  const load = loadOf(story);
  const runOn = (day: number, med: number, told: Partial<RunReport> = {}): RunReport =>
    aRunReport(story, {
      runId: `day-${day}`,
      startedAt: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
      load: { ...load, httpReqDurationMs: { ...load.httpReqDurationMs, med } },
      ...told,
    });
  const levels = around([...flat(12, 100), ...flat(6, 130)]);
  const slower = levels.map((med, day) => runOn(day, med));
  const build = (runs: readonly RunReport[]) =>
    historyDocumentSchema.parse(buildHistory(runs, [], { ...options, metrics: ['http_req_duration'] }));

  it('is put in the order of time, whatever the order of the folders', () => {
    const document = build(slower.toReversed());
    assert.deepEqual([document.outcome, document.exitCode], ['regression', 99]);
    assert.equal(document.runs[0]?.runId, 'day-0');
    const med = document.metrics.find(({ metric }) => metric === 'http_req_duration med');
    assert.deepEqual(
      med?.changes.map(({ runId }) => runId),
      ['day-12'],
    );
  });

  it('leaves out runs that are no measurement, or of which nobody knows when they were', () => {
    const document = build([
      ...slower,
      runOn(40, 500, { verdict: { outcome: 'invalid', exitCode: 4 } }),
      runOn(41, 500, { status: 'interrupted' }),
      runOn(42, 500, { startedAt: null }),
    ]);
    assert.deepEqual(
      document.leftOut.map(({ reason }) => reason),
      ['invalid', 'interrupted', 'time-unknown'],
    );
    assert.equal(document.runs.length, 18);
  });

  it('is no pass without any run, or with too few', () => {
    assert.deepEqual([build([]).outcome, build([]).exitCode], ['no-data', 3]);
    assert.equal(build(slower.slice(0, 5)).outcome, 'no-data');
  });

  it('is looked at from its newest runs on where it is long', () => {
    const long = Array.from({ length: 410 }, (_, day) => runOn(day, 100));
    const { runs, olderRuns } = build(long);
    assert.deepEqual([runs.length, olderRuns, runs[0]?.runId], [400, 10, 'day-10']);
  });
});
