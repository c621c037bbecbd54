import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertNoStackTrace,
  filesBelow,
  interruptToEnd,
  lagline,
  onlyRunFolder,
  readReport,
  startCli,
  temporaryFolder,
  type RunningCli,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { processesNaming, until } from '../fixtures/processes.ts';
import { requireTool } from '../fixtures/real-broker.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import { stackDown, stackUp, type StackUp } from '../core/stack/stack.ts';
import { memberOf, type StackStatus } from '../core/stack/stack-state.ts';

const { needed } = await k6ForTest();
const skip = needed.skip ?? ((await requireTool('java')) || (await requireTool('kafka')));
const options = { skip, timeout: 240_000 };

let folder = '';
let stack: StackUp | undefined;
before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(join(tmpdir(), 'lagline-e2e-lost-'));
  // So slow that there is a backlog at once.
  const serviceEnv = { PROFILE: 'incident', CONSUMER_RATE_PER_SECOND: '5' };
  stack = await stackUp({ dir: join(folder, 'stack'), guarded: true, prometheus: 'off', serviceEnv });
});
after(async () => {
  if (folder === '') return;
  await stackDown(join(folder, 'stack'));
  rmSync(folder, { recursive: true, force: true });
});

const member = (name: 'broker' | 'service'): StackStatus['members'][number] => {
  const found = stack?.members.find((each) => each.name === name);
  assert.ok(found);
  return found;
};

const startLoad = (t: TestContext, cwd: string, scenario: readonly string[]): RunningCli => {
  const target = memberOf(stack ?? { members: [] }, 'service')?.address ?? '';
  return startCli(
    t,
    [
      'run',
      ...scenario,
      '--target',
      target,
      '--brokers',
      stack?.brokers ?? '',
      '--group',
      'coupon-issuer',
      '--integrity',
      `${target}/integrity/demo`,
    ],
    { cwd },
  );
};

test('Ctrl+C while the backlog drains ends the watching and reports what was seen', options, async (t) => {
  const cwd = temporaryFolder(t);
  const cli = startLoad(t, cwd, ['peak', '--time-scale', '0.04']);
  await cli.says(/^drain .*lag [1-9]/m);
  cli.process.kill('SIGINT');
  const end = await cli.ended;
  assert.equal(end.code, 130, end.stderr);
  assertNoStackTrace(end);
  const [run] = readReport(onlyRunFolder(join(cwd, 'runs'))).runs;
  assert.equal(run?.status, 'interrupted');
  const [group] = run.kafka.groups;
  assert.notEqual(group?.drain.state, 'drained');
  assert.equal(group?.drain.ms, null);
  assert.ok((group?.finalLagMessages ?? 0) > 0);
});

test('a second Ctrl+C does not wait for a broker that has stopped answering', options, async (t) => {
  const cwd = temporaryFolder(t);
  const broker = member('broker').identity.pid;
  const cli = startLoad(t, cwd, ['smoke']);
  await cli.says(/^load .*lag/m);
  process.kill(broker, 'SIGSTOP');
  t.after(() => process.kill(broker, 'SIGCONT'));
  await sleep(1500);
  cli.process.kill('SIGINT');
  await sleep(600);
  // Nothing but the signal ends it: the broker does not go on before the test does.
  const end = await interruptToEnd(cli);
  assert.equal(end.code, 130, end.stderr);
  assertNoStackTrace(end);
  const runFolder = onlyRunFolder(join(cwd, 'runs'));
  const record = await readRecord(runFolder);
  assert.deepEqual([record.unreadableLines, record.end?.status], [0, 'interrupted']);
  assert.equal((await lagline(t, ['report', runFolder], { cwd })).code, 0);
});

// The last one: there is no broker afterwards.
test('a broker killed in mid-run leaves gaps and a report, and is never a pass', options, async (t) => {
  const cwd = temporaryFolder(t);
  const cli = startLoad(t, cwd, ['smoke', '--drain-timeout', '4s']);
  await cli.says(/^load .*lag/m);
  process.kill(member('broker').identity.pid, 'SIGKILL');
  const end = await cli.ended;
  assertNoStackTrace(end);
  t.diagnostic(`exit code ${end.code}`);
  assert.ok([3, 4, 99].includes(end.code ?? 0), `exit code ${end.code}\n${end.stderr}`);
  const runFolder = onlyRunFolder(join(cwd, 'runs'));
  const [run] = readReport(runFolder).runs;
  assert.ok(run);
  assert.ok(run.measurement.gaps.some(({ source }) => source === 'kafka'));
  assert.ok(run.kafka.groups.every(({ drain }) => drain.state === 'unknown' || drain.state === 'timed-out'));
  assert.ok(filesBelow(runFolder).includes('report.ko.md'));
  assert.ok(await until(() => processesNaming(cwd).length === 0, 60_000));
});
