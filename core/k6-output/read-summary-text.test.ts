import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readSummaryText, type SavedSummary } from './read-summary-text.ts';

const folder = join(import.meta.dirname, '../../fixtures/k6-output');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const one = (text: string): SavedSummary => {
  const found = readSummaryText(text);
  assert.equal(found.length, 1);
  return found[0] as SavedSummary;
};
const consoleOf = (text: string) => {
  const found = one(text);
  assert.ok(found.format === 'console');
  return found;
};

describe('output that k6 left', () => {
  it('reads custom metrics, submetrics and hours as k6 0.49 and 1.8 write them', () => {
    for (const name of ['v0.49.0-custom.txt', 'v1.8.1-custom.txt']) {
      const { metrics, checks } = consoleOf(read(name)).summary;
      const wait = metrics['long_wait'];
      assert.ok(wait?.type === 'trend' && wait.contains === 'time');
      assert.deepEqual([wait.values['min'], wait.values['max']], [65_000, 7_765_000]);
      assert.deepEqual(metrics['coupon_ok'], { type: 'rate', passes: 8, fails: 4, rate: 8 / 12 });
      assert.deepEqual(metrics['queue_depth'], { type: 'gauge', value: 8, min: -3, max: 8 });
      assert.ok('http_req_duration{kind:read}' in metrics);
      assert.deepEqual(checks, [{ name: 'write ok', passes: 0, fails: 12 }]);
    }
  });

  it('says which checks have no counts in the text', () => {
    const { ambiguous } = consoleOf(read('v1.8.1-custom.txt'));
    assert.deepEqual(
      ambiguous.map(({ id, text }) => [id, text]),
      [
        ['check-counts', 'read ok'],
        ['check-counts', 'inner ok'],
      ],
    );
  });

  it('gives the thresholds of a submetric to it, also where they stand under those of its metric', () => {
    const { thresholds } = consoleOf(read('v1.8.1-samples.txt')).summary;
    assert.deepEqual(thresholds, [
      { metric: 'checks', expression: 'rate>0.9', ok: true },
      { metric: 'coupon_issued', expression: 'count>3', ok: true },
      { metric: 'http_req_duration', expression: 'p(95)<500', ok: true },
      { metric: 'http_req_duration', expression: 'p(97.5)<1', ok: false },
      { metric: 'http_req_duration{kind:read}', expression: 'max<5000', ok: true },
    ]);
  });

  it('turns the reversed thresholds of the export round', () => {
    const { summary } = one(read('v1.8.1-basic.export.json'));
    const verdicts = Object.fromEntries(summary.thresholds.map(({ expression, ok }) => [expression, ok]));
    assert.deepEqual(verdicts, { 'p(95)<500': true, 'avg<1': false, 'rate>0.5': true });
  });
});

describe('the two blocks of the source document', () => {
  const blocks = readSummaryText(read('coupon-report.md'));
  const [stress, peak] = blocks;

  it('give back their figures', () => {
    assert.equal(blocks.length, 2);
    assert.ok(stress?.format === 'console' && peak?.format === 'console');
    assert.deepEqual(stress.summary.metrics, {
      checks: { type: 'rate', passes: 161_133, fails: 300, rate: 161_133 / 161_433 },
      http_req_duration: trend(181.73, 1.65, 138.6, 2280, 388.48, 464.83),
      'http_req_duration{expected_response:true}': trend(181.98, 2.06, 139.05, 2280, 388.69, 464.95),
      http_req_failed: { type: 'rate', passes: 300, fails: 161_133, rate: 300 / 161_433 },
      http_reqs: { type: 'counter', count: 161_433, rate: 672.621304 },
      iteration_duration: trend(181.93, 2.18, 138.81, 2280, 388.72, 465.09),
      iterations: { type: 'counter', count: 161_433, rate: 672.621304 },
      vus: { type: 'gauge', value: 1, min: 1, max: 300 },
      vus_max: { type: 'gauge', value: 300, min: 300, max: 300 },
      data_received: { type: 'counter', count: 47e6, rate: 197e3 },
      data_sent: { type: 'counter', count: 30e6, rate: 126e3 },
    });
    assert.deepEqual(stress.summary.checks, [{ name: '응답 성공', passes: 161_133, fails: 300 }]);
    assert.deepEqual(
      [stress.script, stress.plannedVUs, stress.durationMs],
      ['issue-coupon-stress.js', 300, 240_006],
    );
    assert.deepEqual(peak.summary.metrics['dropped_iterations'], {
      type: 'counter',
      count: 8610,
      rate: 278.185075,
    });
    assert.deepEqual(peak.summary.metrics['vus'], { type: 'gauge', value: 500, min: 403, max: 500 });
    assert.deepEqual(
      peak.summary.metrics['http_req_duration'],
      trend(697.46, 317.72, 672.93, 1700, 857.62, 964.1),
    );
    const { executor, plannedIterations, maxVUs, preAllocatedVUs } = peak.scenarios[0] ?? {};
    assert.deepEqual(
      [executor, plannedIterations, maxVUs, preAllocatedVUs],
      ['constant-arrival-rate', 30_000, 500, 200],
    );
  });

  it('recover the metric of a threshold whose line is lost', () => {
    assert.ok(peak?.format === 'console');
    assert.deepEqual(peak.summary.thresholds, [
      { metric: 'checks', expression: 'rate>0.95', ok: true },
      { metric: 'http_req_duration{expected_response:true}', expression: 'p(95)<1000', ok: true },
      { metric: 'http_reqs', expression: 'rate>100', ok: true },
    ]);
    assert.deepEqual(
      peak.ambiguous.map(({ id }) => id),
      ['threshold-metric'],
    );
  });
});

describe('console text that was changed on its way', () => {
  const plain = read('v1.8.1-multi.txt');
  const expected = consoleOf(plain).summary;
  const ways: Record<string, (text: string) => string> = {
    'CRLF line ends': (text) => text.replaceAll('\n', '\r\n'),
    'a prefix of compose': (text) => text.replaceAll(/^/gm, 'k6-1  | '),
    'times of a CI log': (text) => text.replaceAll(/^/gm, '2026-03-14T05:26:53.1234567Z '),
    'times of a container': (text) => text.replaceAll(/^/gm, '2026-03-14T05:26:53.123456789Z stdout F '),
    'times of GitLab': (text) => text.replaceAll(/^/gm, '2026-03-14T05:26:53.123456Z 01O '),
    'times of Jenkins': (text) => text.replaceAll(/^/gm, '[2026-03-14T05:26:53.123Z] '),
    'a prefix of kubectl': (text) => text.replaceAll(/^/gm, '[pod/k6-7d9f/k6] '),
    'a prefix of the journal': (text) => text.replaceAll(/^/gm, 'Mar  4 05:26:53 ci-1 k6[4711]: '),
    colours: (text) => text.replaceAll(/([✓✗]|\d+(?:\.\d+)?)/g, '\u001b[36m$1\u001b[0m'),
    'a quote in Markdown': (text) => `> \`\`\`\n${text.replaceAll(/^/gm, '> ')}\n> \`\`\`\n`,
    'a narrow terminal': (text) => text.replaceAll(/ +(p\(9\d\)=)/g, '\n$1'),
  };
  for (const [way, change] of Object.entries(ways))
    it(`is read the same after ${way}`, () => assert.deepEqual(consoleOf(change(plain)).summary, expected));

  it('is read the same behind a long log', () => {
    const log = Array.from(
      { length: 150_000 },
      (_, index) => `time="2026-03-14" level=info msg="issued ${index}"\n`,
    );
    assert.deepEqual(consoleOf(log.join('') + plain).summary, expected);
  });

  it('gives no figure for one with digits left out', () => {
    const { summary, ambiguous } = consoleOf('iterations......: 1.2k 40/s\nvus...: 1 min=1 max=3\n');
    assert.equal(summary.metrics['iterations'], undefined);
    assert.deepEqual(ambiguous, [{ id: 'unreadable', metric: 'iterations', text: '1.2k 40/s' }]);
  });

  it('has the same figures however a terminal broke its lines', () =>
    fc.assert(
      fc.property(
        fc.array(writtenLine, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 45, max: 140 }),
        (lines, width) => {
          const names = lines.map((_, index) => `metric_${'abcdef'[index]}`);
          const text = [
            'vus......: 1 min=1 max=1',
            ...lines.map((line, index) => `    ${(names[index] ?? '').padEnd(32, '.')}: ${line}`),
            '',
          ];
          const broken = text
            .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
            .map((line) => line.trimEnd());
          const whole = consoleOf(text.join('\n'));
          assert.deepEqual(whole.ambiguous, []);
          const { summary, ambiguous } = consoleOf(`${broken.join('\n')}\n`);
          for (const name of names) {
            const doubtful = ambiguous.some(({ metric }) => metric === name);
            assert.deepEqual(summary.metrics[name], doubtful ? undefined : whole.summary.metrics[name]);
          }
          // Two ways to join are rare: a number that is broken where the one before it could end.
          assert.ok(ambiguous.length <= 1, JSON.stringify(broken));
        },
      ),
    ));

  it('never throws on text that is not JSON', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('http_reqs', '...', ': ', '✓ ', '{', '}', '\n', '█ ', '12', 'ms', '%', '=')),
        (parts) => {
          readSummaryText(`.${parts.join('')}`);
        },
      ),
    ));
});

const digits = fc.integer({ min: 0, max: 99_999_999 });
const decimal = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 999 }))
  .map(([integer, fraction]) => (fraction === 0 ? String(integer) : `${integer}.${fraction}`));
const duration = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 0, max: 99 }),
      fc.constantFrom('s', 'ms', 'µs', 'ns'),
    )
    .map(([integer, fraction, unit]) => `${integer}${fraction === 0 ? '' : `.${fraction}`}${unit}`),
  fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 59 })).map(([m, s]) => `${m}m${s}s`),
  fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 59 })).map(([h, m]) => `${h}h${m}m0s`),
);
const statistics = ['avg', 'min', 'med', 'max', 'p(90)', 'p(99.9)', 'count'];
const writtenTrend = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(value, { minLength: 6, maxLength: 6 }), digits, fc.integer({ min: 4, max: 16 }))
    .map(([values, count, column]) =>
      [...values, String(count)]
        .map((each, index) => `${statistics[index]}=${each.padEnd(column)}`)
        .join(' '),
    );
const rateOf = (passes: number, total: number): string =>
  `${(Math.floor((total === 0 ? 0 : passes / total) * 10_000) / 100).toFixed(2)}%`;
/** The figures of a metric as k6 writes them. */
const writtenLine: fc.Arbitrary<string> = fc.oneof(
  writtenTrend(duration),
  writtenTrend(decimal),
  fc.tuple(digits, digits).map(([count, rate]) => `${count} ${rate}.25/s`),
  fc
    .tuple(digits, digits)
    .map(([count, rate]) => `${String(count).padEnd(9)} ${rate} kB/s`.replace(' ', ' MB ')),
  fc
    .tuple(decimal, decimal, decimal)
    .map(([value, min, max]) => `${value.padEnd(9)} min=${min.padEnd(12)} max=${max}`),
  fc
    .tuple(digits, digits)
    .map(
      ([passes, fails]) => `${rateOf(passes, passes + fails).padEnd(9)} ${passes} out of ${passes + fails}`,
    ),
  fc
    .tuple(digits, digits)
    .map(
      ([passes, fails]) =>
        `${rateOf(passes, passes + fails).padEnd(9)} ✓ ${String(passes).padEnd(12)} ✗ ${fails}`,
    ),
);

function trend(avg: number, min: number, med: number, max: number, p90: number, p95: number) {
  return { type: 'trend', contains: 'time', values: { avg, min, med, max, 'p(90)': p90, 'p(95)': p95 } };
}
