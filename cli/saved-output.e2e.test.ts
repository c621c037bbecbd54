import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  assertRefusal,
  filesBelow,
  lagline,
  readReport,
  startCli,
  temporaryFolder,
  writeText,
} from '../fixtures/cli.ts';

const saved = join(import.meta.dirname, '..', 'fixtures', 'k6-output');
const file = (name: string): string => join(saved, name);
const text = (name: string): string => readFileSync(file(name), 'utf8');

test("a report is made of k6's console text alone, and says what was not measured", async (t) => {
  const cwd = temporaryFolder(t);
  const end = await lagline(t, ['report', '--k6-summary', file('coupon-report.md'), '--out', 'out'], { cwd });
  assert.equal(end.code, 0, end.stderr);
  assert.deepEqual(filesBelow(join(cwd, 'out')), ['report.html', 'report.json', 'report.ko.md']);
  const { verdict, runs } = readReport(join(cwd, 'out'));
  assert.deepEqual(
    runs.map(({ scenario, script, startedAt, status, verdict: { outcome } }) => [
      scenario,
      script,
      startedAt,
      status,
      outcome,
    ]),
    [
      ['issue-coupon-stress', 'issue-coupon-stress.js', null, 'unknown', 'pass'],
      ['issue-coupon-peak', 'issue-coupon-peak.js', null, 'unknown', 'invalid'],
    ],
  );
  assert.deepEqual(verdict, { outcome: 'invalid', exitCode: 4 });
  assert.deepEqual(
    runs.flatMap(({ diagnosis }) =>
      diagnosis.map(({ cause, score, unobserved }) => [cause, score, unobserved]),
    ),
    [['api-saturation', 0.8, ['generator-headroom']]],
  );
  for (const { environment, kafka, resources, integrity, measurement } of runs) {
    const { cpuModel, cpuCores, memoryBytes, os, nodeVersion } = environment;
    assert.deepEqual([cpuModel, cpuCores, memoryBytes, os, nodeVersion], [null, null, null, null, null]);
    assert.deepEqual([kafka.groups, resources, integrity, measurement.ticks], [[], [], null, 0]);
  }
  const report = readFileSync(join(cwd, 'out', 'report.ko.md'), 'utf8');
  for (const said of ['k6 결과만으로 작성', 'http_reqs...', 'Kafka는 관측하지 않음', '713/s 도달'])
    assert.ok(report.includes(said), said);
  assert.doesNotMatch(report, /undefined|NaN|\bnull\b|1970/);
  assert.match(report, /report --k6-summary \S+coupon-report\.md --out \./);
});

test('several files are several scenarios, each in its own format, in English and as data too', async (t) => {
  const cwd = temporaryFolder(t);
  const files = [
    'v0.49.0-multi.txt',
    'v1.8.1-basic.export.json',
    'v0.57.0-basic.data.json',
    'v1.8.1-basic.machine.json',
  ];
  const args = [
    'report',
    '--k6-summary',
    ...files.map(file),
    '--lang',
    'en',
    '--threshold',
    'http_req_failed=rate<0.01',
  ];
  const end = await lagline(t, [...args, '--json'], { cwd });
  assert.equal(end.code, 0, end.stderr);
  const { runs } = JSON.parse(end.stdout) as ReturnType<typeof readReport>;
  assert.deepEqual(
    runs.map(({ savedOutput }) => savedOutput?.format),
    ['console', 'summary-export', 'handle-summary', 'machine-summary'],
  );
  for (const run of runs) {
    const rule = run.rules.find(({ origin }) => origin === 'plan');
    assert.equal(rule?.metric, 'http_req_failed');
    assert.ok(rule.measured !== null && (rule.outcome === 'fail') === rule.measured >= 0.01, run.scenario);
  }
  const [folder = ''] = readdirSync(join(cwd, 'reports'));
  const report = readFileSync(join(cwd, 'reports', folder, 'report.en.md'), 'utf8');
  assert.match(report, /Made of k6's results alone/);
  // Of JSON there is no text to quote: every metric is in a table instead.
  for (const name of Object.keys(runs[1]?.savedOutput?.metrics ?? {}))
    assert.ok(report.includes(`| \`${name.replaceAll('|', '\\|')}\` |`), name);
  assert.doesNotMatch(report, /undefined|NaN|\bnull\b|1970/);
});

describe("a report is made of k6's samples", () => {
  const samples = text('v1.8.1-plain.ndjson');
  const lines = samples.split('\n').filter((line) => line.includes('"metric":"http_reqs","type":"Point"'));

  test('plain, gzipped, through a pipe and as CSV alike, with a timeline and pictures', async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'k6.json.gz'), gzipSync(samples));
    const args = ['report', '--threshold', 'http_req_duration=max<10000', '--k6-summary'];
    const plain = await lagline(t, [...args, file('v1.8.1-plain.ndjson'), '--out', 'plain'], { cwd });
    const zipped = await lagline(t, [...args, 'k6.json.gz', '--out', 'zipped'], { cwd });
    const piped = startCli(t, [...args, '-', '--out', 'piped'], { cwd, stdin: 'pipe' });
    piped.process.stdin?.end(samples);
    const csv = await lagline(t, [...args, file('v1.8.1-plain.csv'), '--out', 'csv'], { cwd });
    for (const { code, stderr } of [plain, zipped, await piped.ended, csv]) assert.equal(code, 0, stderr);
    const runs = ['plain', 'zipped', 'piped', 'csv'].map((folder) => readReport(join(cwd, folder)).runs[0]);
    const [first] = runs;
    assert.equal(first?.load?.requests, lines.length);
    for (const run of runs.slice(0, 3)) {
      assert.deepEqual(run?.load, first?.load);
      assert.deepEqual([run?.startedAt, run?.durationMs], [first?.startedAt, first?.durationMs]);
    }
    // Values have six digits in CSV, and times are whole seconds: counts agree, and percentiles nearly.
    assert.deepEqual(
      runs.map((run) => [run?.load?.requests, run?.load?.failedRequests, run?.load?.checks.passes]),
      runs.map(() => [first?.load?.requests, first?.load?.failedRequests, first?.load?.checks.passes]),
    );
    const [p95, ofCsv] = [first, runs[3]].map((run) => run?.load?.httpReqDurationMs.p95 ?? 0);
    assert.ok(Math.abs((p95 ?? 0) - (ofCsv ?? 1)) < 1e-5);
    assert.equal(runs[3]?.load?.requestsPerSecond, null);
    const rule = first?.rules.find(({ origin }) => origin === 'plan');
    // Iterations were dropped, and nobody watched the generator.
    assert.deepEqual(
      [rule?.outcome, rule?.facts['wouldBe'], rule?.samples],
      ['invalid', 'pass', lines.length],
    );
    for (const folder of ['plain', 'csv'])
      assert.deepEqual(
        filesBelow(join(cwd, folder, 'charts')).map((name) => name.replace(/^.*-/, '')),
        ['latency.png', 'load.png'],
      );
    assert.match(readFileSync(join(cwd, 'plain', 'report.ko.md'), 'utf8'), /첫 요청 실패/);
  });
});

test('what cannot be read is refused, and nothing is written', async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'folder'));
  writeText(cwd, 'cut.txt', text('v1.8.1-multi.txt').replace(/^ *iterations\.[^]*/m, ''));
  for (const [args, naming] of [
    [
      ['--k6-summary', file('v1.8.1-multi.txt'), 'cut.txt'],
      ['cut.txt', "no line for 'iterations'"],
    ],
    [
      ['--k6-summary', 'gone.txt'],
      ['gone.txt', 'ENOENT'],
    ],
    [
      ['--k6-summary', 'folder'],
      ['folder', 'EISDIR'],
    ],
    [[], ['nothing was named', '--k6-summary']],
    [
      ['some-run', '--k6-summary', file('coupon-report.md')],
      ['some-run', 'not of both'],
    ],
    [
      ['some-run', '--threshold', 'checks=rate>0.9'],
      ['--threshold', '--k6-summary'],
    ],
    [['--k6-summary', file('coupon-report.md'), '--threshold', 'checks=rate>'], ['rate>']],
  ] as const)
    assertRefusal(await lagline(t, ['report', ...args], { cwd }), naming);
  assert.deepEqual(filesBelow(cwd), ['cut.txt']);
});
