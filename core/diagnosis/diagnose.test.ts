import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  arrivalScenario,
  buildRecord,
  count,
  cpu,
  distribution,
  histogramOf,
  k6Summary,
  loadOutcome,
  partition,
  trend,
  type Reading,
  type RecordParts,
} from '../../fixtures/build-record.ts';
import { runFigures } from '../derive/run-figures.ts';
import { rules } from '../rules/index.ts';
import { diagnose } from './diagnose.ts';
import { evidence, weigh, type Hypothesis } from './diagnosis.ts';

const diagnosisOf = (parts: RecordParts): Hypothesis[] => {
  const record = buildRecord(parts);
  const figures = runFigures(record);
  return diagnose({ record, figures, findings: rules.flatMap((rule) => rule.evaluate(record, figures)) });
};
const causesOf = (parts: RecordParts): string[] => diagnosisOf(parts).map(({ cause }) => cause);

/** `arriving` messages a second for 10 s, worked off at `perSecond` until `diesAt`, watched for a minute. */
const curve = (arriving: number, perSecond: number, diesAt = 60): Reading[] =>
  Array.from({ length: 60 }, (_, second): Reading => {
    const end = arriving * Math.min(10, second);
    return [second * 1000, Math.min(end, perSecond * Math.min(second, diesAt)), end];
  });
const partitions = (...curves: Reading[][]): RecordParts => ({
  durationMs: 60_000,
  offsets: curves.map((readings, index) => partition(readings, { partition: index })),
});
const even = curve(100, 40);

const dropping = (...percents: number[]): RecordParts => ({
  series: [cpu(...percents)],
  load: loadOutcome({
    scenarios: [arrivalScenario()],
    summary: k6Summary({ iterations: count(700), dropped_iterations: count(300) }),
  }),
});
const slowAnswers = k6Summary({
  http_req_duration: trend({ avg: 800, min: 50, med: 800, max: 3000, 'p(90)': 1800, 'p(95)': 2000 }),
});

describe('diagnose', () => {
  for (const [what, parts, first] of [
    ['nothing in a healthy run', partitions(curve(100, 100), curve(100, 100)), undefined],
    [
      'nothing in a run that the user ended',
      { end: { atMs: 5000, status: 'interrupted', signal: 'SIGINT' } },
      undefined,
    ],
    [
      'the consumer where more arrives than it works off',
      partitions(even, even, even),
      'consumer-throughput',
    ],
    [
      'the hot partition where one carries the backlog',
      partitions(curve(100, 20), curve(100, 100), curve(100, 100)),
      'hot-partition',
    ],
    ['the hot one of two partitions', partitions(curve(100, 20), curve(100, 100)), 'hot-partition'],
    [
      'the consumer that died in the middle',
      partitions(curve(100, 60, 5), curve(100, 60, 5)),
      'consumer-stopped',
    ],
    ['the consumer that never began', partitions(curve(100, 0), curve(100, 0)), 'consumer-stopped'],
    ['the generator where it was the limit', dropping(99, 99, 99), 'generator-saturation'],
    [
      'the service where its answers became slow',
      {
        load: loadOutcome({ summary: slowAnswers }),
        plan: { thresholds: { http_req_duration: ['p(95)<500'] } },
      },
      'api-saturation',
    ],
    [
      'no cause where slow answers are within every rule',
      { load: loadOutcome({ summary: slowAnswers }) },
      undefined,
    ],
    [
      'the broker where it was away',
      { gaps: [{ source: 'kafka', fromMs: 0, toMs: 9000, reason: 'refused' }] },
      'broker-trouble',
    ],
    ['no cause that the evidence does not show', dropping(50, 50, 50), 'unknown-cause'],
  ] as const) {
    it(`names ${what}`, () => assert.equal(causesOf(parts)[0], first));
  }

  it('ranks by score, and gives evidence for and against', () => {
    const diagnosis = diagnosisOf(partitions(even, even));
    const scores = diagnosis.map(({ score }) => score);
    assert.deepEqual(
      scores,
      scores.toSorted((left, right) => right - left),
    );
    assert.ok(diagnosis.every(({ score, evidence }) => score > 0 && score <= 1 && evidence.length > 0));
  });
});

describe('the evidence on a consumer that falls behind', () => {
  const evidenceOf = (id: string, parts: RecordParts) =>
    diagnosisOf(parts)
      .find(({ cause }) => cause === 'consumer-throughput')
      ?.evidence.find((piece) => piece.id === id);
  const behind = partitions(even, even);
  const answering = (...times: number[]): RecordParts => ({
    ...behind,
    series: [
      distribution(
        'http_req_duration',
        ...times.map((ms) => histogramOf(Array.from({ length: 100 }, () => ms))),
      ),
    ],
  });

  it('compares answers at the end of the load with those at its beginning', () => {
    const id = 'api-latency-flat';
    const flat = evidenceOf(id, answering(700, 700, 700, 700, 700, 800, 700, 900, 900, 900));
    assert.equal(flat?.supports, true);
    assert.ok(Math.abs(Number(flat.facts['fromMs']) / 700 - 1) < 0.05);
    assert.ok(Math.abs(Number(flat.facts['toMs']) / 900 - 1) < 0.05);
    assert.equal(evidenceOf(id, answering(60, 60, 60, 60, 60, 60, 60, 300, 300, 300))?.supports, false);
    assert.equal(evidenceOf(id, answering(9, 9, 9, 9, 9, 9, 9, 80, 80, 80))?.supports, true);
    assert.equal(evidenceOf(id, behind), undefined);
  });

  it('has lag grow from what it was at the start, by more than two seconds of arrivals', () => {
    const id = 'lag-grew-during-load';
    const grew = evidenceOf(id, behind);
    assert.deepEqual(
      [grew?.supports, grew?.facts['fromMessages'], grew?.facts['toMessages']],
      [true, 0, 1080],
    );
    const standing = even.map(([atMs, committed, end]): Reading => [atMs, committed ?? 0, end + 5000]);
    const from = evidenceOf(id, partitions(standing))?.facts['fromMessages'];
    assert.equal(from, 5000);
    const steady = Array.from({ length: 60 }, (_, second): Reading => {
      const end = 5000 + 100 * Math.min(10, second);
      return [second * 1000, Math.min(end, 95 * second), end];
    });
    assert.equal(evidenceOf(id, partitions(steady))?.supports, false);
  });

  it('asks for an even share of the partitions, of which there must be two', () => {
    const id = 'lag-on-all-partitions';
    assert.equal(evidenceOf(id, behind)?.supports, true);
    assert.equal(evidenceOf(id, partitions(curve(100, 10), curve(100, 65), curve(100, 65)))?.supports, false);
    assert.equal(evidenceOf(id, partitions(even)), undefined);
  });

  it('has the longest stretch without a commit while work waited', () => {
    const id = 'consumer-kept-moving';
    const moving = evidenceOf(id, behind);
    assert.deepEqual([moving?.supports, moving?.facts['longestPauseMs']], [true, 0]);
    const pausing = even.map(([atMs, committed, end], second): Reading => [
      atMs,
      second >= 4 && second <= 16 ? 160 : committed,
      end,
    ]);
    const paused = evidenceOf(id, partitions(pausing));
    assert.deepEqual([paused?.supports, paused?.facts['longestPauseMs']], [false, 12_000]);
  });
});

describe('weigh', () => {
  const cause = (decisive: boolean[], further: boolean[], unobserved: 'generator-headroom'[] = []) => ({
    id: 'test',
    weigh: () => ({
      decisive: decisive.map((supports) => evidence('decisive', supports)),
      further: [undefined, ...further.map((supports) => evidence('further', supports))],
      unobserved,
    }),
  });
  const scoreOf = (decisive: boolean[], further: boolean[]) =>
    weigh(cause(decisive, further), {} as never)?.score;

  it('puts no cause forward whose decisive evidence is missing or speaks against it', () => {
    assert.equal(scoreOf([], [true]), undefined);
    assert.equal(scoreOf([true, false], [true]), undefined);
  });

  it('counts decisive evidence twice', () => {
    assert.equal(scoreOf([true], [true, false]), 3 / 4);
    assert.equal(scoreOf([true], []), 1);
  });

  it('is not certain of what nothing observed', () => {
    const weighed = weigh(cause([true], [true], ['generator-headroom']), {} as never);
    assert.deepEqual([weighed?.score, weighed?.unobserved], [3 / 4, ['generator-headroom']]);
  });
});
