import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { assertNoStackTrace, assertRefusal, lagline, stackFolder, startCli } from '../fixtures/cli.ts';
import { processesNaming, until } from '../fixtures/processes.ts';
import { requireTool } from '../fixtures/real-broker.ts';
import { memberNames } from '../core/stack/member.ts';
import { stackStatus, type StackStatus } from '../core/stack/stack-state.ts';

const skip = (await requireTool('java')) || (await requireTool('kafka'));
const options = { skip, timeout: 240_000 };

/** A folder for PATH that has these programs and no others. */
const toolFolder = (cwd: string, names: readonly string[]): string => {
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  for (const name of names) {
    const found = (process.env['PATH'] ?? '').split(delimiter).find((each) => existsSync(join(each, name)));
    if (found !== undefined) symlinkSync(join(found, name), join(bin, name));
  }
  return bin;
};

const statusOf = (stdout: string): StackStatus => JSON.parse(stdout) as StackStatus;

test('up, status, up again, down: each says what is, and down leaves nothing', options, async (t) => {
  const { cwd, dir } = stackFolder(t);
  const up = await lagline(t, ['stack', 'up', '--json'], { cwd });
  assert.equal(up.code, 0, up.stderr);
  const first = statusOf(up.stdout);
  assert.equal(first.state, 'up');
  assert.equal(first.dir, dir);
  const names = first.members.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ['broker', 'service']);

  const status = await lagline(t, ['stack', 'status'], { cwd });
  assert.equal(status.code, 0);
  assert.match(status.stdout, /^stack up/);
  for (const { name, address } of first.members)
    assert.match(status.stdout, new RegExp(`^${name} +running +${address}`, 'm'));
  assert.match(status.stdout, /^try: lagline run smoke --target http/m);

  const again = await lagline(t, ['stack', 'up', '--json'], { cwd });
  assert.equal(again.code, 0);
  assert.match(again.stderr, /up already/);
  assert.deepEqual(
    statusOf(again.stdout).members.map(({ identity }) => identity),
    first.members.map(({ identity }) => identity),
  );

  const down = await lagline(t, ['stack', 'down'], { cwd });
  assert.equal(down.code, 0, down.stderr);
  assert.deepEqual(
    down.stdout.trim().split('\n'),
    [...names].reverse().map((name) => `${name}: terminated`),
  );
  assert.deepEqual(processesNaming(dir), []);
  assert.equal((await lagline(t, ['stack', 'down'], { cwd })).stdout, 'nothing was running\n');
  assert.match((await lagline(t, ['stack', 'status'], { cwd })).stdout, /^stack down/);
});

test('what a killed `stack up` had started is stopped by the next `stack down`', options, async (t) => {
  const { cwd, dir } = stackFolder(t);
  const cli = startCli(t, ['stack', 'up'], { cwd });
  await cli.says('start broker');
  assert.ok(await until(async () => (await stackStatus(dir)).members.length > 0, 60_000));
  cli.process.kill('SIGKILL');
  await cli.ended;
  const [broker] = (await stackStatus(dir)).members;
  assert.equal(broker?.running, true);
  const down = await lagline(t, ['stack', 'down'], { cwd });
  assert.equal(down.code, 0, down.stderr);
  assert.match(down.stdout, /^broker: (terminated|killed)$/m);
  assert.deepEqual(processesNaming(dir), []);
});

test('Ctrl+C during `stack up` takes down what was started, with exit code 130', options, async (t) => {
  const { cwd, dir } = stackFolder(t);
  const cli = startCli(t, ['stack', 'up'], { cwd });
  await cli.says('start broker');
  assert.ok(await until(async () => (await stackStatus(dir)).members.length > 0, 60_000));
  cli.process.kill('SIGINT');
  const end = await cli.ended;
  assert.equal(end.code, 130, end.stderr);
  assertNoStackTrace(end);
  assert.deepEqual(processesNaming(dir), []);
  assert.equal((await stackStatus(dir)).state, 'down');
});

test('a port that is taken is named before anything is started', async (t) => {
  const { cwd, dir } = stackFolder(t);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const port = String((server.address() as AddressInfo).port);
  for (const name of memberNames) {
    const flags = ['--full', '--faults', `--${name}-port`, port];
    const end = await lagline(t, ['stack', 'up', ...flags], { cwd });
    assertRefusal(end, [`Port ${port}`, name, `--${name}-port`]);
  }
  assert.deepEqual(processesNaming(dir), []);
});

test('options of `stack up` that make no sense are named', async (t) => {
  const { cwd } = stackFolder(t);
  for (const [flags, naming] of [
    [
      ['--broker-port', '99999'],
      ["'99999'", '1 to 65535'],
    ],
    [['--stock', 'many'], ["'many'"]],
    [['--consumer-rate', '0'], ["'0'"]],
    [
      ['--profile', 'fast'],
      ['fast', 'healthy, incident'],
    ],
    [
      ['--redis-port', '6379'],
      ['--redis-port', '--full'],
    ],
    [
      ['--full', '--proxy-port', '8474'],
      ['--proxy-port', '--faults'],
    ],
    [
      ['--faults', '--brokers', '127.0.0.1:1'],
      ['--faults', '127.0.0.1:1', '--brokers', 'LAGLINE_KAFKA'],
    ],
    [
      ['--brokers', '127.0.0.1:1'],
      ['127.0.0.1:1', '--brokers'],
    ],
  ] as const) {
    assertRefusal(await lagline(t, ['stack', 'up', ...flags], { cwd }), naming);
  }
  assert.equal(existsSync(join(cwd, '.lagline', 'stack', 'stack.json')), false);
});

test('without Redis, `stack up --full` says so before anything is started', async (t) => {
  const { cwd, dir } = stackFolder(t);
  const env = { PATH: toolFolder(cwd, ['sh', 'ps', 'java']), LAGLINE_CACHE: join(cwd, 'cache') };
  const end = await lagline(t, ['stack', 'up', '--full'], { cwd, env });
  assertRefusal(end, ['redis is not on this machine', 'apt-get install', 'redis-server']);
  assert.equal(existsSync(join(dir, 'stack.json')), false);
  assert.deepEqual(processesNaming(dir), []);
});

test('without Java, `stack up` names it, the version, and how to get it', async (t) => {
  const { cwd } = stackFolder(t);
  const env = {
    PATH: toolFolder(cwd, ['sh', 'ps']),
    JAVA_HOME: undefined,
    LAGLINE_CACHE: join(cwd, 'cache'),
  };
  const end = await lagline(t, ['stack', 'up'], { cwd, env });
  assertRefusal(end, [/java/i, '17', 'JAVA_HOME', '--brokers']);
});
