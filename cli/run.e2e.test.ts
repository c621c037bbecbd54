import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { scriptDigest } from '../core/load/script-digest.ts';
import {
  assertNoStackTrace,
  assertRefusal,
  filesBelow,
  lagline,
  onlyRunFolder,
  readReport,
  temporaryFolder,
  writeText,
  type CliEnd,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget, type HttpTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';

const { needed } = await k6ForTest();
const options = { ...needed, timeout: 240_000 };

type Ran = {
  readonly end: CliEnd;
  readonly cwd: string;
  readonly folder: string;
  readonly target: HttpTarget;
};

/** Runs a script of the user's own against a server that is no more than that; no Kafka anywhere. */
const runPlain = async (
  t: TestContext,
  flags: readonly string[],
  more: { script?: string; env?: Record<string, string>; config?: string } = {},
): Promise<Ran> => {
  const cwd = temporaryFolder(t);
  const target = await startTarget(t);
  writeText(cwd, 'orders.js', more.script ?? plainScript());
  if (more.config !== undefined) writeText(cwd, 'lagline.config.yaml', more.config);
  const end = await lagline(t, ['run', './orders.js', '-e', `URL=${target.url}`, ...flags], {
    cwd,
    ...(more.env === undefined ? {} : { env: more.env }),
  });
  assertNoStackTrace(end);
  assert.ok(existsSync(join(cwd, 'runs')), end.stderr);
  return { end, cwd, folder: onlyRunFolder(join(cwd, 'runs')), target };
};

test(
  "a user's own script passes by its threshold, with the figures k6 itself measured",
  options,
  async (t) => {
    const { end, folder, target, cwd } = await runPlain(t, ['--threshold', 'http_req_duration=p(95)<5000']);
    assert.equal(end.code, 0, end.stderr);
    const [run] = readReport(folder).runs;
    assert.equal(run?.verdict.outcome, 'pass');
    assert.equal(run.load?.requests, target.requests());
    assert.equal(run.kafka.groups.length, 0);
    assert.equal(run.scenario, 'orders');
    assert.equal(run.scriptSha256, scriptDigest(join(cwd, 'orders.js')));
    const summary = JSON.parse(readFileSync(join(folder, 'k6/summary.json'), 'utf8')) as {
      metrics: Record<string, Record<string, number>>;
    };
    const duration = summary.metrics['http_req_duration'];
    const { avg, min, med, max, p90, p95 } = run.load?.httpReqDurationMs ?? {};
    assert.deepEqual(
      [avg, min, med, max, p90, p95],
      ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'].map((name) => duration?.[name]),
    );
    const files =
      'charts/orders-lag.png charts/orders-latency.png charts/orders-load.png charts/orders-resources.png ' +
      'k6/console.txt k6/stderr.txt k6/summary.json report.html report.json report.ko.md run.jsonl';
    assert.deepEqual(filesBelow(folder), files.split(' '));
    assert.match(end.stdout, /통과/);
  },
);

test('a threshold that fails is exit code 99, and so is one of the script', options, async (t) => {
  const given = await runPlain(t, ['--threshold', 'http_req_duration=p(95)<0.0001']);
  assert.equal(given.end.code, 99, given.end.stderr);
  const script = plainScript({ thresholds: { http_req_duration: ['p(95)<0.0001'] } });
  const own = await runPlain(t, [], { script });
  assert.equal(own.end.code, 99, own.end.stderr);
  assert.equal(readReport(own.folder).runs[0]?.load?.k6ExitCode, 99);
});

test('a rule on a metric nobody measured is exit code 3, not a pass', options, async (t) => {
  const { end, folder } = await runPlain(t, ['--threshold', 'orders_placed=count>0']);
  assert.equal(end.code, 3, end.stderr);
  assert.equal(readReport(folder).verdict.outcome, 'no-data');
});

test('a script that sends no request is exit code 3', options, async (t) => {
  const script = 'export const options = { iterations: 3 };\nexport default () => {};\n';
  const { end } = await runPlain(t, [], { script });
  assert.equal(end.code, 3, end.stderr);
});

test('a script whose every iteration throws after its request is an invalid run', options, async (t) => {
  const throwing = (when: string): string => `import http from 'k6/http';
export const options = { vus: 2, iterations: 10 };
export default () => { http.get(__ENV.URL); if (${when}) throw new Error('not a number'); };`;
  const { end, folder } = await runPlain(t, [], { script: throwing('true') });
  assert.equal(end.code, 4, end.stdout + end.stderr);
  const completed = readReport(folder).runs[0]?.rules.find(({ rule }) => rule === 'load-completed');
  assert.deepEqual(
    [completed?.facts['reason'], completed?.facts['thrownIterations']],
    ['every-iteration-threw', 10],
  );
  const some = await runPlain(t, [], { script: throwing('__ITER === 0') });
  assert.equal(some.end.code, 0, 'one that throws now and then is judged by its rules');
});

test('a script whose every iteration throws before its request is no success', options, async (t) => {
  const script = `import http from 'k6/http';
export const options = { iterations: 10 };
export default () => { throw new Error('not a number'); };`;
  assert.equal((await runPlain(t, [], { script })).end.code, 3);
});

test(
  "a script that throws in setup is an invalid run, and k6's own words are on stderr",
  options,
  async (t) => {
    const script = `export function setup() { throw new Error('no such user'); }\n${plainScript()}`;
    const { end, folder } = await runPlain(t, [], { script });
    assert.equal(end.code, 4, end.stderr);
    assert.equal(readReport(folder).runs[0]?.load?.k6ExitCode, 107);
    assert.match(end.stderr, /code 107 .*orders\.js:1:\d+: Error: no such user/);
    assert.doesNotMatch(readFileSync(join(folder, 'report.ko.md'), 'utf8'), /^default +\[/m);
  },
);

test('a server nobody answers at makes failed requests, not a crash', options, async (t) => {
  const cwd = temporaryFolder(t);
  writeText(cwd, 'orders.js', plainScript({ thresholds: { http_req_failed: ['rate<0.5'] } }));
  const end = await lagline(t, ['run', './orders.js', '-e', 'URL=http://127.0.0.1:1/'], { cwd });
  assert.equal(end.code, 99, end.stderr);
  assertNoStackTrace(end);
});

test('flags win over the config file, which wins over the defaults', options, async (t) => {
  const config = `env:
  URL: http://127.0.0.1:1/
  TOKEN: \${LAGLINE_E2E_TOKEN}
  FROM_FILE: file
interval: 250ms
profile: from-file
thresholds:
  http_reqs: ['count>0']
  checks: ['rate>0.99']
`;
  const script = `import http from 'k6/http';
import { check } from 'k6';
export const options = { iterations: 5 };
export default () => {
  const { TOKEN, FROM_FILE, FLAG } = __ENV;
  check(http.get(__ENV.URL), { 'variables arrive': () => TOKEN === 't0p' && FROM_FILE === 'flag' && FLAG === 'inherited' });
};`;
  const { end, folder, target } = await runPlain(
    t,
    ['-e', 'FROM_FILE=flag', '-e', 'FLAG', '--profile', 'from-flag', '--threshold', 'http_reqs=count>=5'],
    { config, script, env: { LAGLINE_E2E_TOKEN: 't0p', FLAG: 'inherited' } },
  );
  assert.equal(end.code, 0, end.stdout + end.stderr);
  assert.equal(target.requests(), 5);
  const [run] = readReport(folder).runs;
  assert.equal(run?.profile, 'from-flag');
  assert.equal(run.measurement.intervalMs, 250);
  assert.deepEqual(
    run.rules.filter(({ origin }) => origin === 'plan').map(({ expression }) => expression),
    ['count>=5', 'rate>0.99'],
  );
});

test('a script sees the variables it is given and nothing else of our environment', options, async (t) => {
  const script = `import http from 'k6/http';
export const options = { iterations: 1 };
export default () => { http.get(__ENV.URL); console.log(Object.keys(__ENV).sort().join(' ')); };`;
  const { end, folder } = await runPlain(t, ['-e', 'MINE=1'], {
    script,
    env: { LAGLINE_E2E_SECRET: 'canary' },
  });
  assert.equal(end.code, 0, end.stderr);
  const log = readFileSync(join(folder, 'k6/stderr.txt'), 'utf8');
  assert.match(log, /"MINE RUN_ID URL"/);
});

test('a secret given to the script or in an address is in no file and on no stream', options, async (t) => {
  const cwd = temporaryFolder(t);
  const target = await startTarget(t, (request, response) =>
    response.end(
      request.url === '/counts'
        ? '{"accepted":1,"persisted":1,"lost":0,"duplicates":0,"oversold":0}'
        : 'orders_total 3\n',
    ),
  );
  const withSecret = target.url.replace('//', '//user:canary@');
  writeText(cwd, 'orders.js', plainScript({ duration: '1s' }));
  const flags = ['-e', 'SECRET=canary', '-eOTHER=canary', '--env=THIRD=canary', '-e', `URL=${target.url}`];
  const probes = ['--scrape', `${withSecret}/metrics`, '--integrity', `${withSecret}/counts`];
  const end = await lagline(t, ['run', './orders.js', ...flags, '--target', withSecret, ...probes], { cwd });
  assert.equal(end.code, 0, end.stderr);
  assertNoCanary(cwd, end);
  assert.equal(readReport(onlyRunFolder(join(cwd, 'runs'))).runs[0]?.integrity?.lost, 0);

  const gone = 'http://user:canary@127.0.0.1:1';
  await lagline(t, ['run', './orders.js', '-e', `URL=${gone}`, '--target', gone], { cwd }).then((failing) =>
    assertNoCanary(cwd, failing),
  );
  for (const flag of ['--scrape', '--integrity', '--prometheus']) {
    const refused = await lagline(t, ['run', './orders.js', ...flags, flag, gone], { cwd });
    assertRefusal(refused, ['127.0.0.1:1']);
    assertNoCanary(cwd, refused);
  }
});

const assertNoCanary = (folder: string, { stdout, stderr }: CliEnd): void => {
  assert.doesNotMatch(stdout + stderr, /canary/);
  const telling = filesBelow(folder).filter((name) => readFileSync(join(folder, name)).includes('canary'));
  assert.deepEqual(telling, []);
};

test('--json prints the one document that report.json holds, and nothing else', options, async (t) => {
  const { end, folder } = await runPlain(t, ['--json']);
  assert.equal(end.code, 0, end.stderr);
  assert.deepEqual(JSON.parse(end.stdout), readReport(folder));
});

test('-q is silent on stderr', options, async (t) => {
  const { end } = await runPlain(t, ['-q']);
  assert.deepEqual([end.code, end.stderr], [0, '']);
});

test('gate judges a stored run by another rule; report writes the same bytes again', options, async (t) => {
  const { cwd, folder } = await runPlain(t, []);
  const gate = (...flags: string[]): Promise<CliEnd> => lagline(t, ['gate', folder, ...flags], { cwd });
  assert.equal((await gate()).code, 0);
  const failed = await gate('--threshold', 'http_reqs=count>1000000');
  assert.equal(failed.code, 99, failed.stderr);
  assert.equal((await gate('--threshold', 'nothing=count>1')).code, 3);
  assertRefusal(await gate('--threshold', 'http_reqs=count>'), ['count>', '^']);

  const names = filesBelow(folder);
  const bytes = (): Buffer[] => names.map((name) => readFileSync(join(folder, name)));
  const earlier = bytes();
  const report = await lagline(t, ['report', folder], { cwd });
  assert.equal(report.code, 0, report.stderr);
  assert.deepEqual(filesBelow(folder), names);
  for (const [index, content] of bytes().entries())
    assert.ok(earlier[index]?.equals(content), `${names[index]} is the same`);
});

test('a reader that closes stdout early is no error', options, async (t) => {
  const { cwd, folder } = await runPlain(t, []);
  const main = join(import.meta.dirname, 'main.ts');
  for (const args of [['gate', folder, '--json'], ['--help']]) {
    const shell = spawn('sh', ['-c', '"$0" "$@" | head -n 1', process.execPath, main, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    shell.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    shell.stdout.resume();
    assert.deepEqual(await once(shell, 'close'), [0, null]);
    assert.equal(stderr, '');
  }
});

test('a reader that closes stdout and stderr early does not cut the run short', options, async (t) => {
  const cwd = temporaryFolder(t);
  const target = await startTarget(t);
  writeText(cwd, 'orders.js', plainScript());
  const main = join(import.meta.dirname, 'main.ts');
  const shell = spawn(
    'sh',
    ['-c', '{ "$0" "$@" 2>&1; echo "$?" >code; } | head -n 1', process.execPath, main]
      .concat(['run', './orders.js', '-e', `URL=${target.url}`])
      .concat(['--interval', '200ms']),
    { cwd, stdio: 'ignore' },
  );
  await once(shell, 'close');
  assert.equal(readFileSync(join(cwd, 'code'), 'utf8'), '0\n');
  assert.equal(readReport(onlyRunFolder(join(cwd, 'runs'))).runs[0]?.status, 'completed');
});

test('two runs that start in the same second have a folder each', options, async (t) => {
  const cwd = temporaryFolder(t);
  const target = await startTarget(t);
  writeText(cwd, 'orders.js', plainScript({ duration: '1s' }));
  const args = ['run', './orders.js', '-e', `URL=${target.url}`];
  const ends = await Promise.all([1, 2].map(() => lagline(t, args, { cwd })));
  assert.deepEqual(
    ends.map(({ code }) => code),
    [0, 0],
    ends.map(({ stderr }) => stderr).join(''),
  );
  const folders = readdirSync(join(cwd, 'runs'));
  assert.equal(folders.length, 2);
  for (const folder of folders) readReport(join(cwd, 'runs', folder));
});
