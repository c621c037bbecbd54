import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { until } from '../../fixtures/processes.ts';
import { isRunning, processIdentity } from '../process-identity.ts';
import { stopProcess } from './stop-process.ts';

const startShell = async (script: string) => {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const identity = processIdentity(child.pid ?? 0);
  assert.ok(identity);
  return identity;
};

test('a process that heeds SIGTERM is terminated', async () => {
  const identity = await startShell('echo up; exec sleep 600');
  assert.equal(await stopProcess(identity, { graceMs: 60_000, group: false }), 'terminated');
  assert.equal(isRunning(identity), false);
});

test('a process that ignores SIGTERM is killed after the grace time, with its group', async () => {
  const identity = await startShell("trap '' TERM; echo up; while :; do sleep 1; done");
  assert.equal(await stopProcess(identity, { graceMs: 200, group: true }), 'killed');
  assert.equal(isRunning(identity), false);
});

test('what a stopped group leader left behind goes too', async () => {
  const stubborn = `sh -c "trap '' TERM; echo \\$\\$; while :; do sleep 1; done"`;
  const leader = spawn('sh', ['-c', `${stubborn} & wait`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(leader.stdout, 'data')) as [Buffer];
  const leftBehind = processIdentity(Number(line.toString()));
  const identity = processIdentity(leader.pid ?? 0);
  assert.ok(identity);
  assert.ok(leftBehind);
  assert.equal(await stopProcess(identity, { graceMs: 60_000, group: true }), 'terminated');
  assert.ok(await until(() => !isRunning(leftBehind), 60_000));
});

test('a pid that was given to another program is left alone', async () => {
  const identity = await startShell('echo up; exec sleep 600');
  const stranger = { pid: identity.pid, startTime: 'long ago' };
  assert.equal(await stopProcess(stranger, { graceMs: 100, group: true }), 'not-ours');
  assert.equal(isRunning(identity), true);
  await stopProcess(identity, { graceMs: 1_000, group: true });
});

test('stopping twice says that it was gone already', async () => {
  const identity = await startShell('echo up; exec sleep 600');
  await stopProcess(identity, { graceMs: 1_000, group: true });
  assert.equal(await stopProcess(identity, { graceMs: 1_000, group: true }), 'already-gone');
});
