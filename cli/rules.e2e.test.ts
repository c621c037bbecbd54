import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  assertNoStackTrace,
  assertRefusal,
  lagline,
  onlyRunFolder,
  readReport,
  temporaryFolder,
  writeText,
  type CliEnd,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunReport } from '../core/report-document.ts';

const { needed } = await k6ForTest();
const options = { ...needed, timeout: 240_000 };

type Ran = { readonly end: CliEnd; readonly folder: string; readonly run: RunReport };

const runScript = async (
  t: TestContext,
  script: string,
  flags: readonly string[],
  given: { readonly config?: object; readonly isBad?: () => boolean } = {},
): Promise<Ran> => {
  const cwd = temporaryFolder(t);
  const target = await startTarget(t, (_, response) => {
    if (given.isBad?.() === true) response.statusCode = 500;
    response.end('{}');
  });
  writeText(cwd, 'orders.js', script);
  if (given.config !== undefined) writeText(cwd, 'lagline.config.json', JSON.stringify(given.config));
  const end = await lagline(t, ['run', './orders.js', '-e', `URL=${target.url}`, ...flags], { cwd });
  assertNoStackTrace(end);
  const folder = onlyRunFolder(join(cwd, 'runs'));
  const [run] = readReport(folder).runs;
  assert.ok(run);
  return { end, folder, run };
};

test(
  'abortOnFail stops k6 at the breach; the rule has failed, and the report is there',
  options,
  async (t) => {
    const begunMs = Date.now();
    const { end, folder, run } = await runScript(
      t,
      plainScript({ duration: '10m' }),
      [
        '--threshold',
        'http_req_failed=rate<0.5 abortOnFail delayAbortEval:3s',
        '--threshold',
        'http_reqs=count>1',
      ],
      { isBad: () => Date.now() - begunMs > 2000 },
    );
    assert.equal(end.code, 99, end.stderr);
    const record = await readRecord(folder);
    const crossed = record.events.find(({ name }) => name === 'threshold-crossed');
    assert.ok(crossed !== undefined && crossed.atMs >= 3000);
    assert.deepEqual([record.end?.status, record.end?.reason], ['failed', 'rule-broken']);
    assert.ok(record.load?.summary, 'k6 was let end in order');
    const outcomes = Object.fromEntries(run.rules.map(({ metric, outcome }) => [metric, outcome]));
    assert.deepEqual(
      [outcomes['http_req_failed'], outcomes['http_reqs'], run.verdict.exitCode],
      ['fail', 'invalid', 99],
    );
    assert.ok((run.rules.find(({ metric }) => metric === 'http_req_failed')?.measured ?? 0) >= 0.5);
    const markdown = readFileSync(join(folder, 'report.ko.md'), 'utf8');
    assert.match(markdown, /부하를 중단시키는 규칙을 위반함/);
  },
);

const ownRate = `import http from 'k6/http';
import { sleep } from 'k6';
import { Rate } from 'k6/metrics';
const errors = new Rate('errors');
export const options = { vus: 1, duration: '10m' };
export default () => { http.get(__ENV.URL); errors.add(true); sleep(0.05); };
`;

for (const [metric, rule] of [
  ['http_req_waiting', 'p(95)<0.0001'],
  ['errors', 'rate<0.5'],
] as const) {
  test(`a rule on ${metric} stops k6, for what a rule names is kept of each push`, options, async (t) => {
    const { end, folder, run } = await runScript(t, ownRate, [
      '--threshold',
      `${metric}=${rule} abortOnFail`,
    ]);
    assert.equal(end.code, 99, end.stderr);
    const record = await readRecord(folder);
    assert.deepEqual([record.end?.status, record.end?.reason], ['failed', 'rule-broken']);
    assert.equal(run.rules.find((each) => each.metric === metric)?.outcome, 'fail');
  });
}

test(
  'a warning is said and costs nothing; the long form of the config is the same rule',
  options,
  async (t) => {
    const thresholds = {
      http_req_duration: [{ threshold: 'p(95)<0.0001', level: 'warn' }],
      http_reqs: [{ threshold: 'rate<10000', for: '1s', minSamples: 2 }, 'count>1'],
    };
    const { end, run } = await runScript(t, plainScript({ duration: '4s' }), [], { config: { thresholds } });
    assert.equal(end.code, 0, end.stderr);
    const given = run.rules.filter(({ origin }) => origin === 'plan');
    assert.deepEqual(
      given.map(({ expression, outcome, level }) => [expression, outcome, level]),
      [
        ['p(95)<0.0001 level:warn', 'fail', 'warn'],
        ['rate<10000 for:1s minSamples:2', 'pass', undefined],
        ['count>1', 'pass', undefined],
      ],
    );
    assert.match(end.stdout, /미통과 \(경고\)/);
  },
);

const twoScenarios = `import http from 'k6/http';
import { sleep } from 'k6';
const scenario = (exec) => ({ executor: 'constant-vus', vus: 1, duration: '4s', exec });
export const options = {
  scenarios: { quick: scenario('quick'), slow: scenario('slow') },
  thresholds: { 'http_reqs{scenario:slow}': ['count>=0'] },
};
export function quick() { http.get(__ENV.URL); sleep(0.05); }
export function slow() { http.get(__ENV.URL); sleep(0.5); }
`;

test('a rule on a submetric needs no threshold of the script on it', options, async (t) => {
  const { end, run } = await runScript(t, twoScenarios, [
    '--threshold',
    'http_req_duration{scenario:quick}=p(95)<5000',
    '--threshold',
    'http_reqs{scenario:quick}=count>20',
    '--threshold',
    'http_req_duration{scenario:absent}=p(95)<5000',
    '--threshold',
    'http_req_failed{scenario:quick}=rate<0.01',
  ]);
  assert.equal(end.code, 3, end.stderr);
  const ruleOn = (metric: string): RunReport['rules'][number] | undefined =>
    run.rules.find((rule) => rule.metric === metric);
  const [quick, requests] = [
    ruleOn('http_req_duration{scenario:quick}'),
    ruleOn('http_reqs{scenario:quick}'),
  ];
  assert.deepEqual([quick?.outcome, requests?.outcome], ['pass', 'pass']);
  assert.equal(quick?.samples, requests?.measured);
  const failed = ruleOn('http_req_failed{scenario:quick}');
  assert.deepEqual([failed?.outcome, failed?.samples], ['pass', requests?.measured]);
  assert.ok((requests?.measured ?? 0) < (run.load?.requests ?? 0), 'only the part');
  assert.equal(ruleOn('http_req_duration{scenario:absent}')?.outcome, 'no-data');
  const idiom = ruleOn('http_reqs{scenario:slow}');
  assert.deepEqual([idiom?.outcome, idiom?.level, idiom?.facts['k6Passed']], ['no-data', 'warn', true]);
});

test('a rule that cannot fail, or an option out of place, is refused before any load', needed, async (t) => {
  const cwd = temporaryFolder(t);
  const target = await startTarget(t);
  const metrics = `import { Counter, Rate } from 'k6/metrics';
new Rate('refused');
new Counter('sold');
`;
  writeText(cwd, 'orders.js', `${metrics}${plainScript()}`);
  for (const [rule, naming] of [
    ['http_req_failed=rate<5', ['cannot fail', '5 % is 0.05']],
    ['http_req_duration=p(95)<500 for:soon', ['for:soon', /\^/]],
    ['kafka_drain=value<60s abortOnFail', ['known only at its end']],
    [
      'refused{scenario:a}=rate<0.1 for:5s',
      ['k6 does not tell refused{scenario:a} per second', 'leave out for:'],
    ],
    ['sold=p(95)<5', ['uses p(95), which sold (a counter) does not have', 'use one of count, rate']],
    ['orders=count<5 between:drain abortOnFail', ['only while the load runs', 'leave out between:drain']],
  ] as const) {
    const end = await lagline(t, ['run', './orders.js', '-e', `URL=${target.url}`, '--threshold', rule], {
      cwd,
    });
    assertRefusal(end, [...naming]);
  }
  assert.equal(target.requests(), 0);
});
