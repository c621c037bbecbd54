import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  assertNoStackTrace,
  onlyRunFolder,
  readReport,
  startProgram,
  temporaryFolder,
  type CliEnd,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { inkInPlot } from '../fixtures/picture.ts';
import { processesWithin, until } from '../fixtures/processes.ts';
import { requireTool } from '../fixtures/real-broker.ts';
import type { ReportDocument } from '../core/report-document.ts';

const { needed } = await k6ForTest();
const skip = needed.skip ?? ((await requireTool('java')) || (await requireTool('kafka')));
const shortDemo = fileURLToPath(import.meta.resolve('./short-demo.ts'));

/** Everything the demo is to leave behind; its temporary files go to a folder of the test's own. */
let out = '';
let demo: CliEnd | undefined;
let markdown = '';
let document: ReportDocument;
let reportFolder = '';

before(async () => {
  if (skip !== false) return;
  out = mkdtempSync(join(tmpdir(), 'lagline-e2e-demo-'));
  mkdirSync(join(out, 'tmp'));
  const env = { TMPDIR: join(out, 'tmp') };
  demo = await startProgram({ after: () => {} }, shortDemo, [out], { cwd: out, env }).ended;
  assert.equal(demo.code, 0, demo.stderr);
  reportFolder = onlyRunFolder(join(out, 'reports'));
  markdown = readFileSync(join(reportFolder, 'report.ko.md'), 'utf8');
  document = readReport(reportFolder);
});
after(() => {
  if (out !== '') rmSync(out, { recursive: true, force: true });
});

type Run = ReportDocument['runs'][number];
const runOf = (scenario: 'stress' | 'peak'): Run => {
  const run = document.runs.find((each) => each.scenario === scenario);
  assert.ok(run);
  return run;
};

type K6Metrics = Record<string, Record<string, number> & { count: number }>;
const k6MetricsOf = ({ runId }: Run): K6Metrics =>
  (JSON.parse(readFileSync(join(out, 'runs', runId, 'k6/summary.json'), 'utf8')) as { metrics: K6Metrics })
    .metrics;

/** The part of the report that is about one scenario. */
const sectionOf = (scenario: 'stress' | 'peak'): string => {
  const results = markdown.slice(
    markdown.indexOf('\n## 성능 테스트 결과'),
    markdown.indexOf('\n## 원인 분석'),
  );
  const part = results.split(/^### /m).find((each) => each.startsWith(`쿠폰 발급 - ${scenario} test`));
  assert.ok(part);
  return part;
};

const grouped = (value: number): string => value.toLocaleString('en-US');

test('the demo exits with 0, says where the report is, and shows both verdicts', { skip }, () => {
  assert.ok(demo);
  assertNoStackTrace(demo);
  assert.match(demo.stderr, /^report: reports\/\d{8}T\d{6}Z\/report\.ko\.md$/m);
  assert.match(demo.stdout, /stress test — 판정: /);
  assert.match(demo.stdout, /peak test — 판정: /);
});

test('it leaves nothing running and nothing in the temporary folder', { skip }, async () => {
  assert.ok(
    await until(() => processesWithin(out).length === 0, 60_000),
    JSON.stringify(processesWithin(out)),
  );
  assert.deepEqual(readdirSync(join(out, 'tmp')), []);
  assert.deepEqual(readdirSync(out).sort(), ['reports', 'runs', 'tmp']);
});

test('the report has its sections in order and both scenarios in each place', { skip }, () => {
  const fences = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  assert.deepEqual(
    [...fences.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading),
    [
      '요약',
      '테스트 환경',
      '이벤트 타임라인',
      '성능 테스트 결과',
      '원인 분석',
      '영향',
      '결론 및 개선 사항',
      '재현 명령',
      '측정 신뢰도',
      '부록',
    ],
  );
  assert.deepEqual(
    document.runs.map(({ scenario }) => scenario),
    ['stress', 'peak'],
  );
  for (const scenario of ['stress', 'peak'] as const) {
    assert.deepEqual(
      [...sectionOf(scenario).matchAll(/^##### (.*)$/gm)].map(([, heading]) => heading),
      ['k6 테스트 결과', 'monitoring 결과', '규칙 판정'],
    );
  }
});

test("each evaluation table has the six rows in the source's order, then three on Kafka", { skip }, () => {
  for (const scenario of ['stress', 'peak'] as const) {
    const rows = [...sectionOf(scenario).matchAll(/^\| \*\*(.*?)\*\* \| (.*) \|$/gm)];
    assert.deepEqual(
      rows.map(([, name]) => name),
      [
        '성공률',
        '응답 속도',
        '요청 수(RPS)',
        '시스템 안정성',
        '에러율',
        '동시성 제어',
        'Kafka 발행',
        'Kafka 소비(랙 해소)',
        '발급 완료 지연',
      ],
    );
    for (const [, , verdict] of rows)
      assert.match(verdict ?? '', /^(✅ 충족|⚠️ 주의|❌ 미달|❔ 판단 불가) — /);
  }
});

test('every linked picture is there and has a curve in it', { skip }, async () => {
  const links = [...markdown.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => path ?? '');
  assert.deepEqual(
    [...new Set(links)].toSorted(),
    readdirSync(join(reportFolder, 'charts'))
      .map((name) => `./charts/${name}`)
      .toSorted(),
  );
  for (const scenario of ['stress', 'peak']) {
    for (const panel of ['load', 'latency', 'lag', 'time-lag', 'resources']) {
      assert.ok(links.includes(`./charts/${scenario}-${panel}.png`), `${scenario}-${panel}`);
    }
  }
  for (const link of links) {
    assert.match(link, /^\.\//);
    const ink = await inkInPlot(join(reportFolder, link));
    assert.ok(ink > 150, `${link}: ${ink} coloured pixels`);
  }
});

test("the service's own completion times stand beside lagline's, of as many messages", { skip }, () => {
  const { completion } = runOf('peak');
  assert.ok(completion);
  assert.equal(completion.resets, 0);
  assert.equal(completion.observations, completion.messages);
  const { mean, p95 } = completion;
  assert.ok(mean.lagline.ms !== null && mean.application.lowMs !== null);
  assert.equal(mean.application.lowMs, mean.application.highMs);
  // Readings are a second apart unless they come late, commits less; a message is accepted before it is produced, and persisted before it is committed.
  const withinMs = 3000 + 2 * (runOf('peak').measurement.maxLateMs ?? 0);
  assert.ok(Math.abs(mean.lagline.ms - mean.application.lowMs) < withinMs, JSON.stringify(mean));
  assert.ok(p95.application.lowMs !== null && p95.application.highMs !== null);
  assert.ok((p95.lagline.highMs ?? 0) >= p95.application.lowMs - withinMs, JSON.stringify(p95));
  assert.ok((p95.lagline.lowMs ?? Infinity) <= p95.application.highMs + withinMs, JSON.stringify(p95));
  assert.match(markdown, /^\| 평균 \| .* \[계산\] \| .* \[계산\] \| .*초.* \|$/m);
});

test("the k6 block is k6's own text, less its progress", { skip }, () => {
  for (const scenario of ['stress', 'peak'] as const) {
    const console = readFileSync(join(out, 'runs', runOf(scenario).runId, 'k6/console.txt'), 'utf8');
    const block = /^```shell\n([\s\S]*?)^```$/m.exec(sectionOf(scenario))?.[1] ?? '';
    const lines = (text: string): string[] =>
      text
        .split(/\r?\n/)
        .map((line) => line.trimEnd())
        .filter((line) => line !== '');
    const isProgress = (line: string): boolean => /^running \(|^\S+ +(?:\S +)?\[/.test(line);
    assert.deepEqual(
      lines(block),
      lines(console).filter((line) => !isProgress(line)),
    );
    assert.match(block, /█ TOTAL RESULTS/);
  }
});

test("the figures are k6's own, and those of the topic and of the store's rows", { skip }, () => {
  for (const scenario of ['stress', 'peak'] as const) {
    const run = runOf(scenario);
    const metrics = k6MetricsOf(run);
    const [requests, accepted] = [metrics['http_reqs']?.count ?? 0, metrics['coupon_accepted']?.count ?? 0];
    assert.ok(requests > 100);
    assert.equal(run.load?.requests, requests);
    assert.equal(run.load.checks.passes, metrics['checks']?.['passes']);
    assert.equal(run.load.httpReqDurationMs.p95, metrics['http_req_duration']?.['p(95)']);
    const [group] = run.kafka.groups;
    assert.equal(group?.producedMessages, accepted);
    assert.equal(run.integrity?.accepted, accepted);
    assert.deepEqual([run.integrity.duplicates, run.integrity.oversold], [0, 0]);
    assert.equal((run.integrity.persisted ?? 0) + (run.integrity.pending ?? 0), accepted);

    const table = sectionOf(scenario).slice(sectionOf(scenario).indexOf('| 평가 항목 |'));
    assert.ok(table.includes(`성공 ${grouped(metrics['checks']?.['passes'] ?? 0)}건`));
    assert.ok(table.includes(`/${grouped(requests)})`), 'requests in the row of errors');
    assert.ok(table.includes(`저장된 발급 ${grouped(run.integrity.persisted ?? 0)}건`));
    assert.ok(table.includes(`메세지 ${grouped(accepted)}건 발행`));
  }
});

test('stress ends with a lower bound and a labelled estimate; peak drains and is measured', { skip }, () => {
  const [stress] = runOf('stress').kafka.groups;
  assert.equal(stress?.drain.state, 'timed-out');
  assert.equal(stress.drain.ms, null);
  assert.ok((stress.drain.lowMs ?? 0) >= 4000);
  assert.ok((stress.drain.estimateMs ?? 0) > (stress.drain.lowMs ?? 0));
  assert.match(sectionOf('stress'), /\S+ 이상 소요 .*예상 .* \[추정\]/);

  const peak = runOf('peak');
  const [drained] = peak.kafka.groups;
  assert.equal(drained?.drain.state, 'drained');
  const { ms, lowMs, highMs } = drained.drain;
  assert.ok(ms !== null && lowMs !== null && highMs !== null && lowMs <= ms && ms <= highMs);
  // To two intervals, unless readings came late.
  const withinMs = 2 * (peak.measurement.intervalMs + (peak.measurement.maxLateMs ?? 0)) + 1000;
  assert.ok(highMs - lowMs <= withinMs, `${highMs - lowMs} ms`);
  assert.equal(drained.finalLagMessages, 0);
  assert.equal(peak.integrity?.persisted, peak.integrity?.accepted);
  assert.match(sectionOf('peak'), /모든 메세지 소비에 약 \S+ 소요 \(부하 종료 후 \S+ 만에 랙 해소\)/);
});

test('the consumer keeps to its rate, far below that of the producing', { skip }, () => {
  // As short-demo.ts sets it.
  const ratePerSecond = { stress: 30, peak: 100 };
  for (const scenario of ['stress', 'peak'] as const) {
    const run = runOf(scenario);
    const [group] = run.kafka.groups;
    const load = run.phases.find(({ name }) => name === 'load');
    const loadSeconds = ((load?.toMs ?? 0) - (load?.fromMs ?? 0)) / 1000;
    const producedPerSecond = (group?.producedMessages ?? 0) / loadSeconds;
    const consumedPerSecond = group?.consumeRatePerSecond ?? Number.NaN;
    const figures = `${consumedPerSecond} of ${producedPerSecond}/s`;
    assert.ok(consumedPerSecond <= 1.3 * ratePerSecond[scenario], figures);
    assert.ok(consumedPerSecond < producedPerSecond, figures);
  }
});

test('the report of both run folders alone is the same again', { skip }, async (t) => {
  const folders = document.runs.map(({ runId }) => join('runs', runId));
  const main = join(import.meta.dirname, 'main.ts');
  const again = await startProgram(t, main, ['report', ...folders, '--out', 'again', '--json'], { cwd: out })
    .ended;
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(JSON.parse(again.stdout), document);
  rmSync(join(out, 'again'), { recursive: true });
});

/** Broker, service and warm-up take 10 s on a machine of its own, and more than 60 s on a busy one. */
const startsWithinMs = 180_000;

for (const [moment, text] of [
  ['while the broker starts', 'start broker'],
  ['while the first service starts', 'start service'],
  ['under load', /^load /m],
] as const) {
  test(
    `Ctrl+C ${moment} leaves nothing behind but what was measured`,
    { skip, timeout: 2 * startsWithinMs },
    async (t) => {
      const cwd = temporaryFolder(t);
      mkdirSync(join(cwd, 'tmp'));
      const env = { TMPDIR: join(cwd, 'tmp') };
      const cli = startProgram(t, shortDemo, [cwd], { cwd, env });
      await cli.says(text, startsWithinMs);
      cli.process.kill('SIGINT');
      const end = await cli.ended;
      assert.equal(end.code, 130, end.stderr);
      assertNoStackTrace(end);
      assert.ok(
        await until(() => processesWithin(cwd).length === 0, 60_000),
        JSON.stringify(processesWithin(cwd)),
      );
      assert.deepEqual(readdirSync(join(cwd, 'tmp')), []);
      if (moment === 'under load') {
        const report = readReport(onlyRunFolder(join(cwd, 'reports')));
        assert.deepEqual(
          report.runs.map(({ status }) => status),
          ['interrupted'],
        );
      } else {
        for (const folder of ['runs', 'reports'])
          assert.deepEqual(existsSync(join(cwd, folder)) ? readdirSync(join(cwd, folder)) : [], []);
      }
    },
  );
}

test('kill -9 of the demo leaves nothing running', { skip, timeout: 2 * startsWithinMs }, async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'tmp'));
  const cli = startProgram(t, shortDemo, [cwd], { cwd, env: { TMPDIR: join(cwd, 'tmp') } });
  await cli.says(/^load /m, startsWithinMs);
  cli.process.kill('SIGKILL');
  await cli.ended;
  assert.ok(
    await until(() => processesWithin(cwd).length === 0, 60_000),
    JSON.stringify(processesWithin(cwd)),
  );
});
