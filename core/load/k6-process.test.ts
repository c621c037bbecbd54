import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveLocally } from '../../fixtures/local-http.ts';
import { k6ForTest } from '../../fixtures/find-k6.ts';
import { until } from '../../fixtures/processes.ts';
import { startClock } from '../clock.ts';
import { formatMetricSelector } from '../threshold-expression.ts';
import { KnownError } from '../errors.ts';
import { clockSeries } from '../record/clock-reading.ts';
import { histogramQuantile, mergeHistograms } from '../record/histogram.ts';
import type { Observation } from '../record/observation.ts';
import { inspectScript } from './k6-inspect.ts';
import { startK6, type LoadOptions, type LoadProcess } from './k6-process.ts';
import { neededSystemTags } from './system-tags.ts';
import { resolveScenario } from './scenario-catalog.ts';

const { path: k6Path, version: k6Version, needed } = await k6ForTest();

const temporaryFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'lagline-k6-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const start = async (
  t: TestContext,
  script: string,
  more: Partial<LoadOptions> = {},
): Promise<{ load: LoadProcess; seen: Observation[]; outDir: string }> => {
  const outDir = join(temporaryFolder(t), 'run');
  const seen: Observation[] = [];
  const load = await startK6({
    k6Path,
    k6Version,
    script,
    variables: {},
    outDir,
    clock: startClock(),
    scenarios: [],
    onTimeline: (observations) => seen.push(...observations),
    ...more,
  });
  t.after(() => load.kill());
  return { load, seen, outDir };
};

const scriptOf = (t: TestContext, text: string): string => {
  const path = join(temporaryFolder(t), 'script.ts');
  writeFileSync(path, text);
  return path;
};

const program = (t: TestContext, shell: string): string => {
  const path = join(temporaryFolder(t), 'k6');
  writeFileSync(path, `#!/bin/sh\n${shell}\n`, { mode: 0o755 });
  return path;
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Answers 9 of 10 requests after 40 ms and each tenth after 120 ms; every 50th with 500, every 7th with 409. */
const startTarget = async (
  t: TestContext,
): Promise<{ url: string; answered: Map<number, number>; users: Set<string> }> => {
  const answered = new Map<number, number>();
  const users = new Set<string>();
  let requests = 0;
  const server = await serveLocally((request, response) => {
    requests += 1;
    const status = requests % 50 === 0 ? 500 : requests % 7 === 0 ? 409 : 202;
    const delayMs = requests % 10 === 0 ? 120 : 40;
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      users.add((JSON.parse(body) as { userId: string }).userId);
      setTimeout(() => {
        answered.set(status, (answered.get(status) ?? 0) + 1);
        response.writeHead(status).end('{}');
      }, delayMs);
    });
  });
  t.after(() => server.close());
  return { url: server.url, answered, users };
};

test('a client without a definite answer is counted as unknown, with bodies discarded', needed, async (t) => {
  const answers: readonly (readonly [outcome: string, status: number, header?: string])[] = [
    ['accepted', 202],
    ['duplicate', 409],
    ['sold_out', 410],
    ['failed', 400],
    ['failed', 503],
    ['failed', 503, 'refused'],
    ['unknown', 503, 'unknown'],
    ['unknown', 500],
    ['unknown', 502],
    ['unknown', 408],
    ['unknown', 0],
  ];
  const expected = new Map<string, number>();
  let requests = 0;
  const server = await serveLocally((_, response) => {
    const [outcome, status, header] = answers[requests % answers.length] ?? ['', 0];
    requests += 1;
    expected.set(outcome, (expected.get(outcome) ?? 0) + 1);
    if (status === 0) response.destroy();
    else response.writeHead(status, header === undefined ? {} : { 'x-outcome': header }).end('{}');
  });
  t.after(() => server.close());
  const url = server.url;
  const variables = { BASE_URL: url, TIME_SCALE: '0.005', RUN_ID: 'test' };
  const { load } = await start(t, resolveScenario('load').script, { variables });
  const metrics = (await load.done).summary?.metrics ?? {};
  assert.ok(requests > answers.length);
  for (const [outcome, count] of expected) {
    const metric = metrics[`coupon_${outcome}`];
    assert.equal(metric?.type === 'counter' && metric.count, count, outcome);
  }
});

test('counts of the timeline and the summary equal what the server answered', needed, async (t) => {
  const target = await startTarget(t);
  const variables = { BASE_URL: target.url, TIME_SCALE: '0.01', RUN_ID: 'test' };
  const { load, seen, outDir } = await start(t, resolveScenario('load').script, {
    variables,
    niceness: 1,
    gcPercent: 400,
  });
  if (process.platform === 'linux') {
    const environment = readFileSync(`/proc/${load.pid}/environ`, 'utf8').split('\0');
    assert.ok(environment.includes('GOGC=400'));
  }
  const outcome = await load.done;

  const { answered } = target;
  const total = [...answered.values()].reduce((sum, each) => sum + each);
  assert.ok(total > 100 && total <= 605, `${total} requests of 200 per second for 3 s`);
  assert.equal(target.users.size, total, 'every user asks once');
  const counters = seen.filter((each) => 'value' in each);
  const last = (name: string, expected?: 'false'): number | undefined =>
    counters.findLast(({ series }) => series.name === name && series.labels['expected_response'] === expected)
      ?.value;
  assert.equal(last('http_reqs'), total);
  assert.equal(last('http_reqs', 'false'), answered.get(500));
  assert.equal(last('coupon_accepted'), answered.get(202));
  assert.equal(last('coupon_duplicate'), answered.get(409));
  assert.equal(last('coupon_unknown'), answered.get(500), 'an error inside the service tells nothing');
  assert.equal(last('coupon_failed'), 0);

  assert.equal(outcome.exitCode, 0);
  assert.equal(outcome.summaryProblem, null);
  assert.equal(outcome.interruptedIterations, 0);
  assert.deepEqual(outcome.files, ['k6/console.txt', 'k6/stderr.txt', 'k6/summary.json']);
  const metrics = outcome.summary?.metrics ?? {};
  // None on a machine that keeps up.
  const { dropped_iterations: dropped } = metrics;
  assert.equal(last('dropped_iterations'), dropped?.type === 'counter' ? dropped.count : 0);
  assert.ok(metrics['http_reqs']?.type === 'counter' && metrics['http_reqs'].count === total);
  assert.deepEqual(outcome.summary?.checks, [
    { name: '응답 성공', passes: total - (answered.get(500) ?? 0), fails: answered.get(500) },
  ]);
  assert.match(readFileSync(join(outDir, 'k6/console.txt'), 'utf8'), /█ TOTAL RESULTS/);

  const windows = seen.filter((each) => each.kind === 'window');
  const durations = windows.filter(
    ({ series }) => series.name === 'http_req_duration' && Object.keys(series.labels).length === 0,
  );
  assert.ok(durations.length >= 3);
  for (const [index, { fromMs, toMs, histogram }] of durations.entries()) {
    assert.ok(toMs > fromMs && fromMs >= (durations[index - 1]?.toMs ?? 0));
    if (histogram.count === 0) continue;
    // No answer takes less, and many take more on a busy machine.
    const p95 = histogramQuantile(histogram, 0.95) ?? NaN;
    assert.ok(p95 > 40 * 0.955, `p95 ${p95} of window ${index}`);
  }
  const merged = durations.map(({ histogram }) => histogram).reduce(mergeHistograms);
  const summarized = metrics['http_req_duration'];
  assert.ok(summarized?.type === 'trend');
  assert.equal(merged.count, total);
  const exact = (name: string): number => summarized.values[name] ?? NaN;
  const [median, p95] = [0.5, 0.95].map((q) => histogramQuantile(merged, q) ?? NaN);
  assert.ok(median !== undefined && p95 !== undefined);
  assert.ok(Math.abs(median / exact('med') - 1) < 0.046, `${median} for ${exact('med')}`);
  // Each tenth answer takes 120 ms. On a busy machine values lie far apart out there, and k6 interpolates between them.
  assert.ok(p95 > 120 * 0.955 && p95 > exact('p(90)') * 0.955, `${p95} beyond ${exact('p(90)')}`);
  assert.ok(p95 < exact('max') * 1.046, `${p95} below ${exact('max')}`);
  assert.equal(isRunning(load.pid), false);

  // Both have the same clock: no bound of a reading may leave it out, but for the millisecond that stamps are rounded to.
  const boundsOf = (name: string): number[] =>
    seen.flatMap((each) => (each.kind === 'gauge' && each.series.name === name ? [each.value] : []));
  const [atLeast, atMost] = [boundsOf(clockSeries.atLeast), boundsOf(clockSeries.atMost)];
  assert.ok(atLeast.length >= 2 && atLeast.length === atMost.length, `${atLeast.length} readings`);
  assert.ok(
    atLeast.every((ms) => ms <= 1) && atMost.some((ms) => ms >= -1),
    `${atLeast.join()} to ${atMost.join()}`,
  );
});

test('a script finds only the variables it was given, and its own handleSummary works', needed, async (t) => {
  process.env['LAGLINE_TEST_SECRET'] = 'secret';
  t.after(() => delete process.env['LAGLINE_TEST_SECRET']);
  const script = scriptOf(
    t,
    `import { Trend } from 'k6/metrics';
     const wait = new Trend('wait', true);
     export default function () { wait.add(5); console.log(\`names=\${Object.keys(__ENV)} given=\${__ENV.GIVEN};\`); }
     export function handleSummary(data) { return { stdout: 'own words ' + data.metrics.iterations.values.count }; }`,
  );
  const { load, outDir } = await start(t, script, { variables: { GIVEN: 'a=b c' } });
  const outcome = await load.done;
  assert.equal(outcome.exitCode, 0);
  assert.match(readFileSync(join(outDir, 'k6/console.txt'), 'utf8'), /own words 1/);
  const log = readFileSync(join(outDir, 'k6/stderr.txt'), 'utf8');
  // k6 2.x itself adds the name of a feature that is switched on.
  const names = /names=(\S*)/
    .exec(log)?.[1]
    ?.split(',')
    .filter((name) => name !== 'K6_FEATURES');
  assert.deepEqual(names, ['GIVEN']);
  assert.match(log, /given=a=b c;/);
  assert.deepEqual(outcome.summary?.metrics['wait'], {
    type: 'trend',
    values: { avg: 5, min: 5, med: 5, max: 5, 'p(90)': 5, 'p(95)': 5 },
    contains: 'time',
  });
});

test(
  'another address each time makes no series; thresholds on tags are judged as by k6 alone',
  needed,
  async (t) => {
    let requests = 0;
    const server = await serveLocally((_, response) => {
      requests += 1;
      response.end('{}');
    });
    t.after(() => server.close());
    const script = scriptOf(
      t,
      `import http from 'k6/http';
     import { sleep } from 'k6';
     export const options = {
       iterations: 300,
       thresholds: { 'http_reqs{ "kind" : "parcel" }': ['count==300'], 'http_reqs{ "status" : "200" }': ['count==600'] },
     };
     export default function () {
       http.get(\`\${__ENV.URL}/orders/\${__ITER}\`);
       http.get(\`\${__ENV.URL}/parcels/\${__ITER}\`, { tags: { kind: 'parcel' } });
       sleep(0.01);
     }`,
    );
    const variables = { URL: server.url };
    const inspected = await inspectScript({ k6Path, script, variables });
    const systemTags = neededSystemTags(inspected);
    assert.deepEqual(systemTags, ['check', 'expected_response', 'group', 'scenario', 'status']);
    const { load, seen } = await start(t, script, { variables, systemTags });
    const outcome = await load.done;
    assert.equal(outcome.exitCode, 0);
    assert.equal(requests, 600);
    const counted = seen.flatMap((each) =>
      each.kind === 'counter' &&
      formatMetricSelector({ ...each.series, tags: each.series.labels }) === 'http_reqs'
        ? [each.value]
        : [],
    );
    assert.equal(counted.at(-1), 600);
    // Two sets of tags on each metric of requests, one on the others.

    assert.ok(load.pushes.mostSeries < 60, `${load.pushes.mostSeries} series in one push`);
  },
);

test('interrupted twice, k6 gets one signal and still writes its summary', needed, async (t) => {
  const script = scriptOf(
    t,
    `import { sleep } from 'k6';
     export const options = { vus: 2, duration: '60s' };
     export default function () { sleep(0.1); }`,
  );
  const { load, seen } = await start(t, script);
  while (seen.length === 0) await sleep(50);
  load.interrupt();
  load.interrupt();
  const outcome = await load.done;
  assert.equal(outcome.exitCode, 105);
  assert.equal(outcome.signal, null);
  const iterations = outcome.summary?.metrics['iterations'];
  assert.ok(iterations?.type === 'counter' && iterations.count > 0);
});

test('killed in mid-run, k6 leaves no summary, and the outcome says so', needed, async (t) => {
  const script = scriptOf(
    t,
    `import { sleep } from 'k6';
     export const options = { vus: 1, duration: '60s' };
     export default function () { sleep(0.1); }`,
  );
  const { load, seen } = await start(t, script);
  while (seen.length === 0) await sleep(50);
  process.kill(load.pid, 'SIGKILL');
  const outcome = await load.done;
  assert.equal(outcome.signal, 'SIGKILL');
  assert.equal(outcome.exitCode, null);
  assert.equal(outcome.summary, null);
  assert.match(outcome.summaryProblem ?? '', /ended by SIGKILL; it left no summary/);
});

const endings: readonly (readonly [title: string, code: number, script: string, problem: RegExp | null])[] = [
  [
    'a threshold failed',
    99,
    `export const options = { thresholds: { iterations: ['count>5'] } }; export default function () {}`,
    null,
  ],
  [
    'the configuration is invalid',
    104,
    `export const options = { stages: [] , vus: -1, duration: '1s' }; export default function () {}`,
    /code 104/,
  ],
  [
    'the script threw',
    107,
    `throw new Error('no luck'); export default function () {}`,
    /107.*script\.ts:1:7.*no luck/,
  ],
  [
    'the script aborted',
    108,
    `import e from 'k6/execution'; export default function () { e.test.abort('enough'); }`,
    null,
  ],
  [
    'the script marked it as failed',
    110,
    `import e from 'k6/execution'; export default function () { e.test.fail('bad'); }`,
    null,
  ],
];

for (const [title, code, text, problem] of endings) {
  test(`k6 ends with ${code} when ${title}`, needed, async (t) => {
    const { load } = await start(t, scriptOf(t, text));
    const outcome = await load.done;
    assert.equal(outcome.exitCode, code);
    assert.equal(outcome.summary === null, problem !== null);
    if (problem !== null) assert.match(outcome.summaryProblem ?? '', problem);
  });
}

test('ending well without a summary, or with a cut one, is told', async (t) => {
  const none = await start(t, 'any.js', { k6Path: program(t, 'exit 0') });
  assert.match((await none.load.done).summaryProblem ?? '', /code 0 .*left no summary/);

  const cut = `while [ "$1" != --summary-export ]; do shift; done; printf '{"metrics":{' > "$2"`;
  const half = await start(t, 'any.js', { k6Path: program(t, cut) });
  assert.match((await half.load.done).summaryProblem ?? '', /cannot be read/);
});

test('a flood of log lines ends in a file of bounded size', async (t) => {
  const flood = `yes 'level=info something goes wrong and wrong and wrong' | head -c 40000000 >&2
    echo >&2
    echo 'time="x" level=error msg="the last word"' >&2; exit 255`;
  const { load, outDir } = await start(t, 'any.js', { k6Path: program(t, flood) });
  const outcome = await load.done;
  assert.match(outcome.summaryProblem ?? '', /255.*the last word/);
  const log = readFileSync(join(outDir, 'k6/stderr.txt'), 'utf8');
  assert.ok(log.length < 9_000_000);
  assert.match(log, /\n\[\d+ bytes left out\]\n/);
});

test('a k6 that is not there is a missing tool', async (t) => {
  await assert.rejects(
    () => start(t, 'any.js', { k6Path: '/nowhere/k6' }),
    (error) => error instanceof KnownError && error.code === 'tool-missing',
  );
});

test('when the observations cannot be taken, the run ends and says why', needed, async (t) => {
  const script = scriptOf(
    t,
    `import { sleep } from 'k6';
     export const options = { vus: 1, duration: '60s' };
     export default function () { sleep(0.1); }`,
  );
  const onTimeline = (): never => {
    throw new Error('disk full');
  };
  const { load } = await start(t, script, { onTimeline });
  await assert.rejects(load.done, /disk full/);
});

test('k6 does not outlive a lagline that was killed', needed, async (t) => {
  const script = scriptOf(
    t,
    `import { sleep } from 'k6';
     export const options = { vus: 1, duration: '10m' };
     export default function () { sleep(0.1); }`,
  );
  const parent = scriptOf(
    t,
    `import { startClock } from ${JSON.stringify(join(import.meta.dirname, '../clock.ts'))};
     import { startK6 } from ${JSON.stringify(join(import.meta.dirname, 'k6-process.ts'))};
     const load = await startK6({
       k6Path: ${JSON.stringify(k6Path)}, k6Version: '${k6Version}', script: ${JSON.stringify(script)}, variables: {},
       outDir: ${JSON.stringify(temporaryFolder(t))}, clock: startClock(), scenarios: [],
       onTimeline: () => console.log(load.pid),
     });
     await load.done;`,
  );
  const child = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  assert.ok(isRunning(pid));
  child.kill('SIGKILL');
  assert.ok(await until(() => !isRunning(pid), 60_000));
});

test('leaves its folder alone when it cannot write there', async (t) => {
  const file = scriptOf(t, '');
  await assert.rejects(
    () => start(t, 'any.js', { outDir: file }),
    (error) => error instanceof KnownError && error.code === 'output-unwritable',
  );
  assert.ok(existsSync(file));
});
