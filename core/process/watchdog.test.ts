import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, processIdentity, type ProcessIdentity } from '../process-identity.ts';
import { spawnLogged } from './spawn-logged.ts';
import { stopProcess } from './stop-process.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lagline-watchdog-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

/** Another node that starts `sleep 600` with spawnLogged, says its pid and does what it is told on stdin. */
const startParent = async (guarded: boolean): Promise<{ parent: ChildProcess; child: ProcessIdentity }> => {
  const program = `
    const { spawnLogged } = await import(${JSON.stringify(new URL('spawn-logged.ts', import.meta.url).href)});
    const started = await spawnLogged({ command: 'sh', args: ['-c', 'sleep 600 & wait'],
      logFile: ${JSON.stringify(join(folder, 'sleep.log'))}, guarded: ${guarded} });
    console.log(started.identity.pid);
    process.stdin.once('data', () => process.exit(0));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = processIdentity(Number(line.toString()));
  assert.ok(child);
  return { parent, child };
};

const goneWithin = async (identity: ProcessIdentity, limitMs: number): Promise<boolean> => {
  const deadline = Date.now() + limitMs;
  while (isRunning(identity) && Date.now() < deadline) await sleep(20);
  return !isRunning(identity);
};

test('a guarded child is gone soon after its parent was killed with SIGKILL', async () => {
  const { parent, child } = await startParent(true);
  parent.kill('SIGKILL');
  assert.equal(await goneWithin(child, 60_000), true);
});

test('a guarded child goes when its parent ends by itself', async () => {
  const { parent, child } = await startParent(true);
  parent.stdin?.write('end\n');
  assert.equal(await goneWithin(child, 60_000), true);
});

test('an unguarded child outlives its parent', async () => {
  const { parent, child } = await startParent(false);
  parent.kill('SIGKILL');
  await once(parent, 'close');
  await sleep(300);
  assert.equal(isRunning(child), true);
  await stopProcess(child, { graceMs: 1_000, group: true });
});

test('spawnLogged writes both streams to the log and tells how the program ended', async () => {
  const logFile = join(folder, 'deep', 'both.log');
  const started = await spawnLogged({
    command: 'sh',
    args: ['-c', 'echo out; echo err >&2; exit 3'],
    logFile,
    guarded: true,
  });
  while (started.exit() === undefined) await sleep(10);
  assert.deepEqual(started.exit(), { code: 3, signal: null });
  assert.equal(await readFile(logFile, 'utf8'), 'out\nerr\n');
});

test('spawnLogged rejects when there is no such program', async () => {
  const logFile = join(folder, 'none.log');
  await assert.rejects(spawnLogged({ command: join(folder, 'none'), args: [], logFile }), /ENOENT/);
});
