import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertNoStackTrace,
  lagline,
  onAnyMachine,
  onlyRunFolder,
  readReport,
  temporaryFolder,
  writeText,
  type CliEnd,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';
import { serveLocally } from '../fixtures/local-http.ts';
import { decodeRemoteWrite, type PushedSeries } from '../core/load/remote-write-decode.ts';
import { pointsOf, windowsOf } from '../core/record/find-series.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { RunReport } from '../core/report-document.ts';

const k6 = await k6ForTest();
const options = { ...k6.needed, timeout: 240_000 };

/** What becomes of one push of k6 on its way to lagline. */
type Fate =
  | 'taken'
  /** Answered with 503; lagline never has it. */
  | 'refused'
  /** The connection is cut before lagline has it. */
  | 'cut'
  /** lagline has it, and the connection is cut before k6 is told. */
  | 'taken-and-cut'
  | 'taken-twice'
  /** lagline has it, and k6 is told after it has stopped to wait, which it does for 5 s. */
  | 'taken-and-late';

type FateOf = (index: number, pushed: readonly PushedSeries[]) => Fate;

type Pushes = { readonly url: string; readonly sent: { readonly digest: string; readonly fate: Fate }[] };

/** Stands between k6 and lagline; where to pass on is the path of what it is asked for. */
const startBetween = async (t: TestContext, fateOf: FateOf): Promise<Pushes> => {
  const sent: { digest: string; fate: Fate }[] = [];
  const answer = async (push: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of push as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const fate = fateOf(sent.length, decodeRemoteWrite(body));
    sent.push({ digest: createHash('sha256').update(body).digest('hex'), fate });
    const passOn = async (): Promise<number> => {
      const onward = request(push.url?.slice(1) ?? '', { method: 'POST', headers: push.headers });
      onward.end(body);
      const [taken] = (await once(onward, 'response')) as [IncomingMessage];
      taken.resume();
      return taken.statusCode ?? 0;
    };
    if (fate === 'refused') return void response.writeHead(503).end();
    if (fate === 'cut') return void push.socket.destroy();
    const status = await passOn();
    if (fate === 'taken-and-cut') return void push.socket.destroy();
    if (fate === 'taken-twice') assert.equal(await passOn(), status);
    if (fate === 'taken-and-late') await sleep(6000);
    response.writeHead(status).end();
  };
  const server = await serveLocally((push, response) => void answer(push, response));
  t.after(() => server.close());
  return { url: server.url, sent };
};

type Ran = {
  readonly end: CliEnd;
  readonly folder: string;
  readonly record: RunRecord;
  readonly run: RunReport;
  readonly pushes: Pushes['sent'];
  /** By the server's own count. */
  readonly requests: number;
  readonly failed: number;
};

type Given = {
  readonly duration: string;
  readonly fateOf: FateOf;
  /** Of each request by its number; every tenth unless given. */
  readonly isBad?: (count: number) => boolean;
};

const runWith = async (
  t: TestContext,
  { duration, fateOf, isBad = (count) => count % 10 === 0 }: Given,
): Promise<Ran> => {
  const cwd = temporaryFolder(t);
  let failed = 0;
  const target = await startTarget(t, (_, response) => {
    if (isBad(target.requests())) {
      failed += 1;
      response.statusCode = 500;
    }
    response.end('{}');
  });
  const between = await startBetween(t, fateOf);
  writeText(cwd, 'orders.js', plainScript({ duration }));
  writeText(cwd, 'lagline.config.yaml', onAnyMachine);
  const program = writeText(
    cwd,
    'k6',
    `#!/bin/sh
[ -z "$K6_PROMETHEUS_RW_SERVER_URL" ] || export K6_PROMETHEUS_RW_SERVER_URL="${between.url}/$K6_PROMETHEUS_RW_SERVER_URL"
exec "${k6.path}" "$@"
`,
  );
  chmodSync(program, 0o755);
  const end = await lagline(
    t,
    ['run', './orders.js', '-e', `URL=${target.url}`, '--threshold', 'http_req_failed=rate<0.5'],
    { cwd, env: { PATH: `${cwd}:${process.env['PATH']}` } },
  );
  assertNoStackTrace(end);
  const folder = onlyRunFolder(join(cwd, 'runs'));
  const [run] = readReport(folder).runs;
  assert.ok(run);
  const record = await readRecord(folder);
  return { end, folder, record, run, pushes: between.sent, requests: target.requests(), failed };
};

/** k6's summary, what its timeline ends with, and what stands in its histograms: each is what the server counted. */
const assertTotals = ({ record, run, requests, failed }: Ran): void => {
  const last = (name: string): number | undefined => pointsOf(record, name).at(-1)?.[1];
  assert.deepEqual(
    [run.load?.requests, last('http_reqs'), last('http_reqs{expected_response:false}')],
    [requests, requests, failed],
  );
  assert.equal(run.load?.failedRequests, failed);
  const windows = windowsOf(record, 'http_req_duration');
  assert.equal(
    windows.reduce((sum, { histogram }) => sum + histogram.count, 0),
    requests,
  );
  for (const [index, { fromMs, toMs }] of windows.entries())
    assert.ok(toMs > fromMs && fromMs >= (windows[index - 1]?.toMs ?? 0));
  assert.equal(run.consistency.find(({ check }) => check === 'timeline-equals-summary')?.ok, true);
};

const reportOf = ({ folder }: Pick<Ran, 'folder'>): string =>
  readFileSync(join(folder, 'report.ko.md'), 'utf8');

const failures = (folder: string): number =>
  readFileSync(join(folder, 'k6', 'stderr.txt'), 'utf8').split('Failed to send the time series data').length -
  1;

test(
  'pushes that are lost, cut off or come twice change no total: k6 sends none again',
  options,
  async (t) => {
    const fates: readonly Fate[] = ['taken', 'refused', 'taken', 'cut', 'taken-twice', 'taken-and-cut'];
    const ran = await runWith(t, { duration: '9s', fateOf: (index) => fates[index] ?? 'taken' });
    assert.equal(ran.end.code, 0, ran.end.stderr);
    assertTotals(ran);
    assert.equal(failures(ran.folder), 3);
    assert.ok(ran.pushes.length > fates.length);
    assert.equal(new Set(ran.pushes.map(({ digest }) => digest)).size, ran.pushes.length);
    // A hole is one wider window, and what comes twice makes none of its own.
    const taken = ran.pushes.filter(({ fate }) => fate !== 'refused' && fate !== 'cut').length;
    const windows = windowsOf(ran.record, 'http_req_duration').length;
    assert.ok(windows <= taken && windows >= taken - 2, `${windows} windows of ${taken} pushes`);
    const told = ran.run.consistency.find(({ check }) => check === 'timeline-equals-summary')?.facts;
    assert.ok(Number(told?.['untoldSeconds']) >= 1, JSON.stringify(told));
    assert.match(reportOf(ran), /다음 초와 합쳐 기록된 \d+초/);
    assert.match(reportOf(ran), /따로 기록되지 않은 초 \d/);
  },
);

test('an answer that k6 stops to wait for costs pushes, and no total', options, async (t) => {
  const ran = await runWith(t, {
    duration: '9s',
    fateOf: (index) => (index === 1 ? 'taken-and-late' : 'taken'),
  });
  assert.equal(ran.end.code, 0, ran.end.stderr);
  assertTotals(ran);
  assert.equal(failures(ran.folder), 1);
});

/** What was lost for good: k6's summary has it, its timeline has not, and nobody takes one for the other. */
const assertContradiction = ({ end, folder, record, run, requests, failed }: Ran): void => {
  assert.equal(end.code, 4, end.stderr);
  assert.deepEqual([run.load?.requests, run.load?.failedRequests], [requests, failed]);
  const contradiction = run.consistency.find(({ check }) => check === 'timeline-equals-summary');
  const timeline = pointsOf(record, 'http_reqs').at(-1)?.[1];
  assert.ok(timeline !== undefined && timeline < requests);
  const { untoldSeconds: _, ...facts } = contradiction?.facts ?? {};
  assert.deepEqual(
    [contradiction?.ok, facts],
    [false, { timeline, summary: requests, missing: requests - timeline }],
  );
  assert.equal(run.verdict.outcome, 'invalid');
  // What is worked out from such a timeline, as p99, may contradict the summary too.
  assert.match(reportOf({ folder }), /일관성 검사 [12]건이 실패/);
};

test(
  'a load whose last pushes are lost is invalid, and its totals are those of the summary',
  options,
  async (t) => {
    assertContradiction(
      await runWith(t, { duration: '5s', fateOf: (index) => (index < 2 ? 'taken' : 'refused') }),
    );
  },
);

test(
  'so is one of which a lost push alone had what failed: k6 pushes only what has new samples',
  options,
  async (t) => {
    const ran = await runWith(t, {
      duration: '5s',
      isBad: (count) => count > 60 && count <= 75,
      fateOf: (_, pushed) =>
        pushed.some(({ labels }) => labels['expected_response'] === 'false') ? 'refused' : 'taken',
    });
    assertContradiction(ran);
    assert.equal(ran.failed, 15);
    assert.equal(pointsOf(ran.record, 'http_reqs{expected_response:false}').at(-1)?.[1], 0);
  },
);
