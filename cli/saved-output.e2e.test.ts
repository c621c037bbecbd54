import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  assertRefusal,
  filesBelow,
  lagline,
  readReport,
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

describe('what is no whole output of k6 is refused, and nothing is written', () => {
  const whole = text('v1.8.1-multi.txt');
  const given: Readonly<Record<string, readonly [content: string, naming: string | RegExp]>> = {
    'empty.txt': ['', 'it is empty'],
    'blank.txt': [' \n\n', 'it is empty'],
    'other.txt': ['total 12\ndrwxr-xr-x 2 root root\n', 'no summary of k6'],
    'cut.txt': [whole.slice(0, whole.indexOf('iterations.......')), "cut: it has no line for 'iterations'"],
    'cut-early.txt': [whole.slice(0, whole.indexOf('TOTAL RESULTS')), 'no summary of k6'],
    'cut.json': [text('v1.8.1-basic.export.json').slice(0, 400), 'JSON is no summary'],
    'other.json': ['{"scripts":{"k6":"1"}}', 'JSON is no summary'],
    'no-metrics.json': ['{"root_group":{},"metrics":{}}', "'iterations'"],
  };
  for (const [name, [content, naming]] of Object.entries(given))
    test(name, async (t) => {
      const cwd = temporaryFolder(t);
      writeText(cwd, name, content);
      const end = await lagline(t, ['report', '--k6-summary', file('v1.8.1-multi.txt'), name], { cwd });
      assertRefusal(end, [name, naming]);
      assert.deepEqual(filesBelow(cwd), [name]);
    });

  test('a file that is not there, a folder, and flags that do not go together', async (t) => {
    const cwd = temporaryFolder(t);
    mkdirSync(join(cwd, 'folder'));
    for (const [args, naming] of [
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
    assert.deepEqual(filesBelow(cwd), []);
  });
});
