import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertNoStackTrace,
  assertRefusal,
  filesBelow,
  interruptToEnd,
  lagline,
  onlyRunFolder,
  readReport,
  startCli,
  temporaryFolder,
  writeText,
  type RunningCli,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';
import { processesNaming, until } from '../fixtures/processes.ts';
import { readRecord } from '../core/record/journal-reader.ts';

const { needed } = await k6ForTest();
const options = { ...needed, timeout: 240_000 };

type Loaded = { readonly cli: RunningCli; readonly cwd: string; readonly runs: string };

/** A run of many minutes in whose load phase the target has had some requests. */
const startLoad = async (t: TestContext, script = plainScript({ duration: '10m' })): Promise<Loaded> => {
  const cwd = temporaryFolder(t);
  const target = await startTarget(t);
  writeText(cwd, 'long.js', script);
  const cli = startCli(t, ['run', './long.js', '-e', `URL=${target.url}`], { cwd });
  assert.ok(await until(() => target.requests() > 20, 60_000), cli.stderr());
  return { cli, cwd, runs: join(cwd, 'runs') };
};

const assertNothingRuns = async (cwd: string, withinMs = 60_000): Promise<void> => {
  const isGone = await until(() => processesNaming(cwd).length === 0, withinMs);
  assert.ok(isGone, JSON.stringify(processesNaming(cwd)));
};

const k6Of = (cwd: string): number => processesNaming(join(cwd, 'runs'))[0]?.pid ?? 0;

test('one Ctrl+C ends the load in order: summary, report, exit code 130', options, async (t) => {
  const { cli, cwd, runs } = await startLoad(t);
  cli.process.kill('SIGINT');
  const end = await cli.ended;
  assert.equal(end.code, 130, end.stderr);
  assertNoStackTrace(end);
  await assertNothingRuns(cwd);

  const folder = onlyRunFolder(runs);
  const [run] = readReport(folder).runs;
  assert.equal(run?.status, 'interrupted');
  assert.deepEqual(run.verdict, { outcome: 'invalid', exitCode: 4 });
  assert.ok((run.load?.requests ?? 0) > 20, "k6's summary was read");
  assert.equal(run.load?.k6ExitCode, 105);
  assert.equal(run.rules.find(({ rule }) => rule === 'load-completed')?.facts['reason'], 'interrupted');
  const files = filesBelow(folder);
  assert.ok(files.includes('report.ko.md') && files.includes('k6/summary.json'));
  assert.deepEqual(
    files.filter((name) => name.endsWith('.part')),
    [],
  );
  assert.match(end.stderr, /report: runs\/.*report\.ko\.md/);

  const again = await lagline(t, ['gate', folder], { cwd });
  assert.equal(again.code, 4);
});

test('SIGTERM ends the load in order with exit code 143', options, async (t) => {
  const { cli, cwd, runs } = await startLoad(t);
  cli.process.kill('SIGTERM');
  const end = await cli.ended;
  assert.equal(end.code, 143, end.stderr);
  assertNoStackTrace(end);
  await assertNothingRuns(cwd);
  const [run] = readReport(onlyRunFolder(runs)).runs;
  assert.deepEqual([run?.status, run?.verdict.exitCode], ['interrupted', 4]);
});

test('the same Ctrl+C heard twice within a moment, as through npm, counts once', options, async (t) => {
  const { cli, runs } = await startLoad(t);
  cli.process.kill('SIGINT');
  cli.process.kill('SIGINT');
  const end = await cli.ended;
  assert.equal(end.code, 130, end.stderr);
  assert.ok(existsSync(join(onlyRunFolder(runs), 'report.json')));
});

test(
  'a terminal sends Ctrl+C to the bootstrap and to lagline: it counts once, with 130',
  options,
  async (t) => {
    const cwd = temporaryFolder(t);
    const target = await startTarget(t);
    writeText(cwd, 'long.js', plainScript({ duration: '10m' }));
    const bootstrap = join(import.meta.dirname, '..', 'scripts', 'run.mjs');
    const child = spawn(
      process.execPath,
      [bootstrap, 'cli/main.ts', 'run', './long.js', '-e', `URL=${target.url}`],
      { cwd, stdio: 'ignore', detached: true },
    );
    const { pid } = child;
    assert.ok(pid !== undefined);
    t.after(() => {
      for (const { pid: left } of processesNaming(cwd)) process.kill(left, 'SIGKILL');
    });
    assert.ok(await until(() => target.requests() > 20, 60_000));
    process.kill(-pid, 'SIGINT');
    assert.deepEqual(await once(child, 'exit'), [130, null]);
    assert.equal(readReport(onlyRunFolder(join(cwd, 'runs'))).runs[0]?.status, 'interrupted');
    await assertNothingRuns(cwd);
  },
);

/** Its iterations take longer than anyone waits, so that the orderly end has to be cut off. */
const stubborn = `import http from 'k6/http';
import { sleep } from 'k6';
export const options = { scenarios: { slow: { executor: 'per-vu-iterations', vus: 2, maxDuration: '5m', gracefulStop: '5m' } } };
export default function () { for (let i = 0; i < 20; i++) http.get(__ENV.URL); sleep(1); }
export function teardown() { sleep(300); }
`;

test('a second Ctrl+C ends everything at once and leaves the journal whole', options, async (t) => {
  const { cli, cwd, runs } = await startLoad(t, stubborn);
  cli.process.kill('SIGINT');
  await sleep(600);
  assert.equal(cli.process.exitCode, null, 'the script takes its time to end');
  const secondMs = performance.now();
  const end = await interruptToEnd(cli);
  assert.ok(performance.now() - secondMs < 30_000, `${performance.now() - secondMs} ms`);
  assert.equal(end.code, 130, end.stderr);
  assertNoStackTrace(end);
  await assertNothingRuns(cwd);

  const folder = onlyRunFolder(runs);
  assert.match(end.stderr, /run\.jsonl/);
  const record = await readRecord(folder);
  assert.equal(record.unreadableLines, 0);
  assert.equal(record.end?.status, 'interrupted');
  const report = await lagline(t, ['report', folder], { cwd });
  assert.equal(report.code, 0, report.stderr);
  assert.equal(readReport(folder).verdict.exitCode, 4);
});

test('kill -9 of lagline itself takes k6 along; the folder still makes a report', options, async (t) => {
  const { cli, cwd, runs } = await startLoad(t);
  assert.ok(await until(() => k6Of(cwd) > 0, 60_000));
  await sleep(1500);
  cli.process.kill('SIGKILL');
  await cli.ended;
  await assertNothingRuns(cwd);

  const folder = onlyRunFolder(runs);
  assert.equal(existsSync(join(folder, 'report.json')), false);
  const report = await lagline(t, ['report', folder], { cwd });
  assert.equal(report.code, 0, report.stderr);
  assertNoStackTrace(report);
  const [run] = readReport(folder).runs;
  assert.deepEqual(run?.verdict, { outcome: 'invalid', exitCode: 4 });
  assert.equal(run.rules.find(({ rule }) => rule === 'load-completed')?.facts['reason'], 'journal-cut');
  assert.equal((await lagline(t, ['gate', folder], { cwd })).code, 4);
});

test(
  'a disk that is full in mid-run ends the load, with one sentence and a readable journal',
  options,
  async (t) => {
    const cwd = temporaryFolder(t);
    const target = await startTarget(t);
    writeText(cwd, 'long.js', plainScript({ duration: '10m' }));
    const main = join(import.meta.dirname, 'main.ts');
    // A limit on the size of files stands in for a disk without room.
    const shell = spawn(
      'sh',
      ['-c', `trap '' XFSZ; ulimit -f 24; exec "$0" "$@"`, process.execPath, main]
        .concat(['run', './long.js', '-q', '-e', `URL=${target.url}`])
        .concat(['--interval', '100ms']),
      { cwd, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    t.after(() => shell.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    shell.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    shell.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(shell, 'close')) as [number | null];
    assertRefusal({ code, signal: null, stdout, stderr }, ['journal', 'EFBIG', 'make room']);
    await assertNothingRuns(cwd);
    const record = await readRecord(onlyRunFolder(join(cwd, 'runs')));
    assert.ok(record.unreadableLines <= 1 && record.series.length > 0);
  },
);

test('kill -9 of k6 in mid-run is an invalid run with a report that says so', options, async (t) => {
  const { cli, cwd, runs } = await startLoad(t);
  process.kill(k6Of(cwd), 'SIGKILL');
  const end = await cli.ended;
  assert.equal(end.code, 4, end.stderr);
  assertNoStackTrace(end);
  await assertNothingRuns(cwd);
  const folder = onlyRunFolder(runs);
  const [run] = readReport(folder).runs;
  assert.equal(run?.status, 'failed');
  const completed = run.rules.find(({ rule }) => rule === 'load-completed');
  assert.deepEqual([completed?.outcome, completed?.facts['reason']], ['invalid', 'k6-killed']);
  assert.ok(filesBelow(folder).includes('report.ko.md'));
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(
    `${signal} while the script is still compiled starts no load and leaves no run folder`,
    options,
    async (t) => {
      const cwd = temporaryFolder(t);
      const target = await startTarget(t);
      const busy = `const until = Date.now() + 30_000; while (Date.now() < until) {}\n${plainScript({ duration: '20s' })}`;
      writeText(cwd, 'slow.js', busy);
      const cli = startCli(t, ['run', './slow.js', '-e', `URL=${target.url}`], { cwd });
      assert.ok(await until(() => processesNaming(join(cwd, 'slow.js')).length > 0, 60_000));
      cli.process.kill(signal);
      const end = await cli.ended;
      assert.equal(end.code, signal === 'SIGINT' ? 130 : 143, end.stderr);
      assertNoStackTrace(end);
      assert.equal(target.requests(), 0);
      await assertNothingRuns(cwd);
      assert.deepEqual(readdirSync(join(cwd, 'runs')), []);
    },
  );
}
