import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseThresholdRules } from '../../metric-table.ts';
import type { ByteSource } from './byte-source.ts';
import { readSamples, type SampleFormat, type SavedSamples } from './read-samples.ts';
import { sampleFormatOf } from './sample-format.ts';

const startMs = Date.parse('2026-03-14T05:26:53Z');
const time = (ms: number): string => new Date(startMs + ms).toISOString();
const point = (metric: string, ms: number, value: number, tags: Record<string, string> = {}): string =>
  JSON.stringify({ metric, type: 'Point', data: { time: time(ms), value, tags } });
const declare = (metric: string, type: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    type: 'Metric',
    data: { name: metric, type, contains: 'default', thresholds: [], submetrics: null, ...more },
    metric,
  });

const inPieces = (text: string, bytes: number): ByteSource =>
  async function* pieces() {
    const all = Buffer.from(text);
    for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
  };

const read = async (
  text: string,
  format: SampleFormat = 'ndjson',
  thresholds: Record<string, string[]> = {},
): Promise<SavedSamples> => {
  const found = await readSamples(inPieces(text, 1000), format, parseThresholdRules(thresholds));
  assert.ok(found !== undefined);
  return found;
};
const metricsOf = async (...given: Parameters<typeof read>) => (await read(...given)).run.summary.metrics;

describe("samples of k6's --out json", () => {
  it('add up to what k6 would have summed up', async () => {
    const text = [
      declare('http_reqs', 'counter'),
      declare('http_req_duration', 'trend', { contains: 'time', thresholds: ['p(97)<30'] }),
      ...[10, 20, 30, 40].flatMap((ms, index) => [
        point('http_reqs', 1000 + 500 * index, 1),
        point('http_req_duration', 1000 + 500 * index, ms, { expected_response: String(index !== 3) }),
        point('http_req_failed', 1000 + 500 * index, index === 3 ? 1 : 0),
      ]),
      point('vus', 2000, 3),
      point('vus', 1990, 2),
    ].join('\n');
    const { run, unreadableLines } = await read(text);
    assert.equal(unreadableLines, 0);
    // The first request had taken 10 ms when its sample was made.
    assert.deepEqual(run.span, { startMs: startMs + 990, endMs: startMs + 2500, isInSeconds: false });
    const { http_reqs: requests, http_req_failed: failed, vus, ...rest } = run.summary.metrics;
    assert.deepEqual(requests, { type: 'counter', count: 4, rate: 4 / 1.51 });
    assert.deepEqual(failed, { type: 'rate', passes: 1, fails: 3, rate: 0.25 });
    assert.deepEqual(vus, { type: 'gauge', value: 2, min: 2, max: 3 });
    const duration = rest['http_req_duration'];
    assert.ok(duration?.type === 'trend');
    const { avg, min, med, max, 'p(90)': p90, 'p(97)': p97 } = duration.values;
    assert.deepEqual([avg, min, med, max], [25, 10, 25, 40]);
    assert.ok(Math.abs((p90 ?? 0) - 37) < 1e-9 && Math.abs((p97 ?? 0) - 39.1) < 1e-9);
    const expected = rest['http_req_duration{expected_response:true}'];
    assert.ok(expected?.type === 'trend' && expected.values['max'] === 30);
    assert.deepEqual(run.summary.thresholds, [
      { metric: 'http_req_duration', expression: 'p(97)<30', ok: null },
    ]);
  });

  it('are told second by second', async () => {
    const { run } = await read(
      [0, 100, 1200, 3500]
        .flatMap((ms) => [point('http_reqs', ms, 1), point('http_req_failed', ms, ms === 1200 ? 1 : 0)])
        .join('\n'),
    );
    const points = (label: string) =>
      run.series.flatMap((series) =>
        series.kind !== 'distribution' && JSON.stringify([series.name, series.labels]) === label
          ? [series.points]
          : [],
      )[0];
    assert.deepEqual(points('["http_reqs",{}]'), [
      [0, 0],
      [1000, 2],
      [2000, 3],
      [3500, 4],
    ]);
    assert.deepEqual(points('["http_reqs",{"expected_response":"false"}]'), [
      [0, 0],
      [1000, 0],
      [2000, 1],
      [3500, 1],
    ]);
  });

  it('are counted by the tags that a rule or a submetric of the script names, and checks by name and group', async () => {
    const text = [
      declare('latency', 'trend', { submetrics: [{ name: 'latency{kind:read}' }] }),
      point('latency', 0, 1, { kind: 'read', scenario: 'a' }),
      point('latency', 1, 2, { kind: 'write', scenario: 'a' }),
      point('http_req_waiting', 1, 7, { scenario: 'a' }),
      point('http_req_sending', 1, 7),
      point('checks', 1, 1, { check: 'ok', group: '::one' }),
      point('checks', 1, 0, { check: 'ok', group: '::two' }),
      point('checks', 1, 0, { check: 'ok', group: '::two' }),
    ].join('\n');
    const rules = { 'http_req_waiting{scenario:a}': ['max<9'] };
    const { run } = await read(text, 'ndjson', rules);
    assert.deepEqual(Object.keys(run.summary.metrics).toSorted(), [
      'checks',
      'http_req_waiting',
      'http_req_waiting{scenario:a}',
      'latency',
      'latency{kind:read}',
    ]);
    assert.deepEqual(run.summary.checks, [
      { name: 'ok', passes: 1, fails: 0 },
      { name: 'ok', passes: 0, fails: 2 },
    ]);
  });

  it('say how many there are of a metric whose type is not known', async () => {
    const { run } = await read(
      [point('mine', 0, 1), point('mine', 1, 1), point('iterations', 1, 1)].join('\n'),
    );
    assert.deepEqual(run.ambiguous, [{ id: 'type-unknown', metric: 'mine', text: '2' }]);
    assert.deepEqual(Object.keys(run.summary.metrics), ['iterations']);
  });

  it('are read past lines that hold none, which are counted', async () => {
    const good = point('iterations', 0, 1);
    const text = [
      good,
      '',
      good.slice(0, 60),
      'time="2026" level=warning',
      '{"type":"Point","metric":"iterations","data":{"time":"yesterday","value":1}}',
      '{"type":"Point","metric":"iterations","data":{"time":"2026-03-14T05:26:53Z","value":"1"}}',
      `\t${good} \r`,
      good.slice(0, -4),
    ].join('\n');
    const { run, unreadableLines } = await read(text);
    assert.equal(unreadableLines, 5);
    const counted = run.summary.metrics['iterations'];
    assert.ok(counted?.type === 'counter' && counted.count === 2);
  });

  it('may carry names that objects inherit', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const metrics = await metricsOf(
      names.flatMap((name) => [declare(name, 'counter'), point(name, 0, 2, { [name]: name })]).join('\n'),
    );
    for (const name of names) assert.ok(Object.hasOwn(metrics, name), name);
  });

  it('come to the same as sorting and counting them one by one', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            metric: fc.constantFrom('t', 'c', 'r', 'g'),
            ms: fc.integer({ min: 0, max: 5000 }),
            value: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
            kind: fc.constantFrom('x', 'y'),
          }),
          { minLength: 1, maxLength: 60 },
        ),
        fc.integer({ min: 1, max: 300 }),
        async (samples, pieces) => {
          const types = { t: 'trend', c: 'counter', r: 'rate', g: 'gauge' };
          const lines = [
            ...Object.entries(types).map(([name, type]) =>
              declare(name, type, { submetrics: [{ name: `${name}{kind:x}` }] }),
            ),
            ...samples.map(({ metric, ms, value, kind }) => point(metric, ms, value, { kind })),
          ];
          const found = await readSamples(inPieces(lines.join('\n'), pieces), 'ndjson');
          for (const name of ['t', 'c', 'r', 'g'] as const)
            for (const tag of ['', '{kind:x}'])
              assertEqual(
                found?.run.summary.metrics[name + tag],
                samples.filter(({ metric, kind }) => metric === name && (tag === '' || kind === 'x')),
              );
        },
      ),
    ));
});

type Metric = SavedSamples['run']['summary']['metrics'][string] | undefined;

/** What the metric must be, by way of plain lists. */
const assertEqual = (metric: Metric, samples: readonly { value: number }[]): void => {
  const values = samples.map(({ value }) => value);
  if (values.length === 0) return assert.equal(metric, undefined);
  assert.ok(metric !== undefined);
  const sum = values.reduce((total, value) => total + value, 0);
  if (metric.type === 'counter') assert.equal(metric.count, sum);
  else if (metric.type === 'gauge')
    assert.deepEqual(
      [metric.value, metric.min, metric.max],
      [values.at(-1), Math.min(...values), Math.max(...values)],
    );
  else if (metric.type === 'rate')
    assert.deepEqual(
      [metric.passes, metric.fails],
      [values.filter((value) => value !== 0).length, values.filter((value) => value === 0).length],
    );
  else {
    const sorted = values.toSorted((left, right) => left - right);
    for (const [name, q] of [
      ['med', 0.5],
      ['p(90)', 0.9],
      ['p(95)', 0.95],
      ['p(99)', 0.99],
    ] as const) {
      const rank = q * (sorted.length - 1);
      const [low = 0, high = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
      const expected = low + (high - low) * (rank - Math.floor(rank));
      assert.ok(Math.abs((metric.values[name] ?? -1) - expected) <= 1e-9 * expected, name);
    }
    assert.ok(Math.abs((metric.values['avg'] ?? -1) - sum / values.length) <= 1e-9 * sum);
  }
};

describe("samples of k6's --out csv", () => {
  const header =
    'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata';
  const row = (metric: string, at: string, value: string, check = '', extra = ''): string =>
    `${metric},${at},${value},${check},,,true,,GET,,,peak,,200,,,http://x/?a=1,${extra},`;

  it('have their tags in columns and in extra_tags', async () => {
    const text = [
      header,
      row('http_reqs', '1773466013000', '1.000000', '', 'kind=read&q=a%26b'),
      row('http_reqs', '1773466013001', '1.000000'),
      row('checks', '1773466013001', '1.000000', '"says ""ok"", twice"'),
    ].join('\n');
    const { run } = await read(text, 'csv', { 'http_reqs{kind:read,q:a&b}': ['count>0'] });
    const part = run.summary.metrics['http_reqs{kind:read,q:a&b}'];
    assert.ok(part?.type === 'counter' && part.count === 1);
    assert.deepEqual(run.summary.checks, [{ name: 'says "ok", twice', passes: 1, fails: 0 }]);
    assert.deepEqual(run.span, { startMs: 1773466013000, endMs: 1773466013001, isInSeconds: false });
  });

  it('are at the same time in every format of times that k6 has', async () => {
    for (const at of [
      '1773466013250',
      '1773466013250000',
      '1773466013250000123',
      '2026-03-14T05:26:53.25Z',
      '2026-03-14T14:26:53.250+09:00',
    ]) {
      const { span } = (await read([header, row('iterations', at, '1')].join('\n'), 'csv')).run;
      assert.equal(span.endMs, 1773466013250, at);
    }
  });

  it('in whole seconds give a rate only where a second more or less changes little', async () => {
    const rows = (seconds: number) =>
      [0, seconds].map((second) => row('http_reqs', String(1773466013 + second), '500'));
    const short = await read([header, ...rows(98)].join('\n'), 'csv');
    const long = await read([header, ...rows(240)].join('\n'), 'csv');
    assert.deepEqual(
      [short, long].map(({ run }) => run.summary.metrics['http_reqs']),
      [
        { type: 'counter', count: 1000, rate: null },
        { type: 'counter', count: 1000, rate: 1000 / 240.5 },
      ],
    );
  });

  it('may go over several lines, and are read past what is none', async () => {
    const text = [
      header,
      row('checks', '1773466013', '1', '"two\nlines"'),
      'checks,1773466013',
      row('checks', 'now', '1', 'a'),
      row('checks', '1773466013', 'NaN', 'a'),
      row('checks', '1773466013', '0', '"two\nlines"'),
      row('checks', '1773466013', '1', '"open'),
    ].join('\r\n');
    const { run, unreadableLines } = await read(text.replaceAll('two\r\nlines', 'two\nlines'), 'csv');
    assert.deepEqual(run.summary.checks, [{ name: 'two\nlines', passes: 1, fails: 1 }]);
    assert.equal(unreadableLines, 4);
  });

  it('are none without the columns that are needed', async () => {
    assert.equal(await readSamples(inPieces('a,b,c\n1,2,3\n', 100), 'csv'), undefined);
    assert.equal(await readSamples(inPieces('', 100), 'csv'), undefined);
    assert.equal(await readSamples(inPieces(`${header}\n`, 100), 'csv'), undefined);
  });
});

describe('what a file holds', () => {
  for (const [beginning, format] of [
    [declare('http_reqs', 'counter'), 'ndjson'],
    [point('http_reqs', 0, 1), 'ndjson'],
    ['\uFEFF { "data" : {"time"', 'ndjson'],
    ['metric_name,timestamp,metric_value,check\n', 'csv'],
    ['\uFEFFtimestamp,metric_name,metric_value\r\nx', 'csv'],
    ['{"root_group":{"name":""', undefined],
    ['{"metrics":{"checks":{}}}', undefined],
    ['     checks....: 100.00%', undefined],
    ['', undefined],
  ] as const)
    it(`is ${format ?? 'no samples'} where it begins with ${JSON.stringify(beginning.slice(0, 30))}`, () => {
      assert.equal(sampleFormatOf(beginning), format);
    });
});
