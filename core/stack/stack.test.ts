import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';
import { requireTool } from '../../fixtures/real-broker.ts';
import { isRunning } from '../process-identity.ts';
import { answersMetadata } from './broker-ready.ts';
import type { StackMember } from './member.ts';
import { memberOf, readState, stackStatus } from './stack-state.ts';
import { stackDown, stackUp } from './stack.ts';

const skip = (await requireTool('java')) || (await requireTool('kafka'));
const skipFull = skip || (await requireTool('redis')) || (await requireTool('postgres'));
const skipPrometheus = skip || (await requireTool('prometheus'));

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lagline-stack-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

/** Another lagline that brings a stack up, says so on stdout, and then does nothing. */
const startCli = (options: object): ChildProcess => {
  const program = `
    const { stackUp } = await import(${JSON.stringify(new URL('stack.ts', import.meta.url).href)});
    const up = await stackUp(${JSON.stringify(options)});
    console.log(up.state);
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

const killHard = async (cli: ChildProcess): Promise<void> => {
  cli.kill('SIGKILL');
  await once(cli, 'exit');
};

const until = async (condition: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
};

test(
  'a whole stack outlives the crash of its CLI, is found by the next, and is stopped in reverse order',
  { skip: skipPrometheus },
  async () => {
    const dir = join(folder, 'whole');
    const cli = startCli({ dir, serviceEnv: { COUPON_TOPIC: 'stack-test', PROFILE: 'healthy' } });
    assert.ok(cli.stdout);
    assert.equal(String((await once(cli.stdout, 'data'))[0]).trim(), 'up');
    await killHard(cli);

    const again = await stackUp({ dir });
    assert.equal(again.alreadyUp, true);
    assert.equal(again.state, 'up');
    await assert.rejects(
      stackUp({ dir, serviceEnv: { PROFILE: 'incident' } }),
      /another setting of PROFILE than incident/,
    );
    assert.deepEqual(
      again.members.map(({ name }) => name),
      ['broker', 'service', 'prometheus'],
    );
    const service = memberOf(again, 'service');
    const prometheus = memberOf(again, 'prometheus');
    assert.equal((await fetch(`${service?.address}/ready`)).status, 200);
    assert.equal(await until(() => scrapes(prometheus), 60_000), true, 'Prometheus scrapes the service');

    assert.deepEqual(await stackDown(dir), [
      { name: 'prometheus', outcome: 'terminated' },
      { name: 'service', outcome: 'terminated' },
      { name: 'broker', outcome: 'terminated' },
    ]);
    for (const { identity } of again.members) assert.equal(isRunning(identity), false);
    assert.equal((await stackStatus(dir)).state, 'down');
    assert.deepEqual(await stackDown(dir), []);
  },
);

test('a start that was never completed is not up, and the next start begins anew', { skip }, async () => {
  const dir = join(folder, 'half');
  const half = await stackUp({ dir, service: false });
  const { settings: _, ...state } = JSON.parse(await readFile(join(dir, 'stack.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  await writeFile(join(dir, 'stack.json'), JSON.stringify(state));
  assert.equal((await stackStatus(dir)).state, 'partly');
  const anew = await stackUp({ dir, service: false });
  assert.equal(anew.alreadyUp, false);
  assert.equal(
    half.members.some(({ identity }) => isRunning(identity)),
    false,
  );
  await stackDown(dir);
});

const scrapes = async (prometheus: StackMember | undefined): Promise<boolean> => {
  const response = await fetch(`${prometheus?.address}/api/v1/query?query=up`);
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return data.result[0]?.value[1] === '1';
};

test('nothing of a guarded stack outlives its CLI', { skip }, async () => {
  const dir = join(folder, 'guarded');
  const cli = startCli({ dir, guarded: true, prometheus: 'off' });
  assert.ok(cli.stdout);
  await once(cli.stdout, 'data');
  const { members } = await stackStatus(dir);
  assert.equal(members.length, 2);
  await killHard(cli);
  assert.equal(await until(() => members.every(({ identity }) => !isRunning(identity)), 60_000), true);
  assert.equal((await stackStatus(dir)).state, 'down');
});

test('a CLI that crashes while the broker starts leaves what is needed to stop it', { skip }, async () => {
  const dir = join(folder, 'cut');
  const cli = startCli({ dir, service: false });
  assert.equal(await until(async () => (await readState(dir)) !== undefined, 60_000), true);
  await killHard(cli);
  const { members } = await stackStatus(dir);
  assert.equal(members[0]?.running, true);
  assert.equal((await stackDown(dir))[0]?.name, 'broker');
  assert.equal(isRunning(members[0].identity), false);
});

test(
  'a service that refuses its settings is reported with its own words, and the broker is stopped',
  { skip },
  async () => {
    const dir = join(folder, 'refused');
    const brokers: StackMember[] = [];
    const progress = async (): Promise<void> => {
      const broker = memberOf(await stackStatus(dir), 'broker');
      if (broker !== undefined) brokers.push(broker);
    };
    const starting = stackUp({
      dir,
      guarded: true,
      prometheus: 'off',
      serviceEnv: { COUPON_STOCK: 'many' },
      progress: () => void progress(),
    });
    await assert.rejects(starting, {
      code: 'stack-start',
      message: /^The service ended at its start .*COUPON_STOCK/,
    });
    assert.equal(brokers.length > 0, true);
    for (const { identity } of brokers) assert.equal(isRunning(identity), false);
    assert.equal((await stackStatus(dir)).state, 'down');
  },
);

test('an abort while the stack starts takes down what was started', { skip }, async () => {
  const dir = join(folder, 'aborted');
  const controller = new AbortController();
  const starting = stackUp({ dir, guarded: true, service: false, signal: controller.signal });
  const outcome = assert.rejects(starting, { name: 'AbortError' });
  assert.equal(await until(async () => (await readState(dir)) !== undefined, 60_000), true);
  controller.abort();
  await outcome;
  assert.equal((await stackStatus(dir)).state, 'down');
});

test('the servers of a full stack are up together, and are gone together', { skip: skipFull }, async () => {
  const dir = join(folder, 'servers');
  const up = await stackUp({ dir, full: true, service: false, guarded: true });
  assert.deepEqual(
    up.members.map(({ name }) => name),
    ['redis', 'postgres', 'broker'],
  );
  assert.equal(
    up.members.every(({ running }) => running),
    true,
  );
  assert.deepEqual(Object.keys(up.tools ?? {}), ['redis', 'postgres', 'java', 'kafka']);
  // It holds the password of Postgres.
  assert.equal((await stat(join(dir, 'stack.json'))).mode & 0o077, 0);
  await assert.rejects(stackUp({ dir, full: true, faults: true }), /another setting of faults than true/);
  assert.equal((await stackUp({ dir })).alreadyUp, true);
  assert.deepEqual(
    await stackDown(dir),
    ['broker', 'postgres', 'redis'].map((name) => ({ name, outcome: 'terminated' })),
  );
});

test(
  'with faults, clients come by a proxy that can cut them off; lagline does not',
  { skip: skipFull },
  async (t) => {
    const dir = join(folder, 'proxied');
    const up = await stackUp({ dir, full: true, faults: true, service: false, guarded: true });
    t.after(() => stackDown(dir));
    const proxy = memberOf(up, 'proxy')?.address ?? '';
    const proxies = (await (await fetch(`${proxy}/proxies`)).json()) as Record<
      string,
      { listen: string; upstream: string }
    >;
    assert.deepEqual(Object.keys(proxies).toSorted(), ['kafka', 'postgres', 'redis']);
    assert.equal(proxies['redis']?.upstream, `127.0.0.1:${memberOf(up, 'redis')?.port}`);
    assert.equal(proxies['postgres']?.upstream, `127.0.0.1:${memberOf(up, 'postgres')?.port}`);

    const entrance = proxies['kafka']?.listen ?? '';
    const writer = await connectKafkaWriter(entrance, 1);
    t.after(() => writer.close());
    await writer.createTopic('proxied', 1);
    await writer.produce('proxied', 0, 1);
    const cut = await fetch(`${proxy}/proxies/kafka`, { method: 'POST', body: '{"enabled":false}' });
    assert.equal(cut.status, 200);
    // The broker itself is there; a client that came by the proxy was not led past it.
    assert.equal(await answersMetadata('127.0.0.1', memberOf(up, 'broker')?.port ?? 0), true);
    await assert.rejects(writer.produce('proxied', 0, 1));
    await fetch(`${proxy}/proxies/kafka`, { method: 'POST', body: '{"enabled":true}' });
    await writer.produce('proxied', 0, 1);
  },
);

test('all that a full stack lacks is named at once, before anything is started', async () => {
  const dir = join(folder, 'lacking');
  const bin = join(folder, 'empty-bin');
  await mkdir(bin);
  const tools = { env: { PATH: bin }, platform: 'linux-x64', cacheDir: join(folder, 'cache') };
  await assert.rejects(stackUp({ dir, full: true, tools }), {
    code: 'tool-missing',
    message: /^redis is not on this machine.* java is not on this machine/,
    remedy: /redis: .*apt-get install.*redis-server.* java: .*17/s,
  });
  assert.equal((await stackStatus(dir)).state, 'down');
});

test('a port asked for and taken stops the start before anything runs', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const dir = join(folder, 'port');
  await assert.rejects(stackUp({ dir, ports: { service: port } }), {
    code: 'port-taken',
    remedy: /--service-port/,
  });
  assert.equal((await stackStatus(dir)).state, 'down');
  server.close();
});

test('brokers that do not answer are named', async () => {
  await assert.rejects(stackUp({ dir: join(folder, 'far'), brokers: '127.0.0.1:1', service: false }), {
    code: 'broker-unreachable',
    message: /127\.0\.0\.1:1/,
  });
});

test('a pid in the state file that was given to another program is left alone', async () => {
  const dir = join(folder, 'reused');
  await mkdir(dir);
  const member = {
    name: 'broker',
    identity: { pid: process.pid, startTime: 'long ago' },
    port: 1,
    address: '127.0.0.1:1',
    logFile: join(dir, 'x.log'),
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  await writeFile(
    join(dir, 'stack.json'),
    JSON.stringify({ stateVersion: 1, brokers: null, members: [member] }),
  );
  assert.equal((await stackStatus(dir)).state, 'down');
  assert.deepEqual(await stackDown(dir), [{ name: 'broker', outcome: 'not-ours' }]);
});

test('a state file that is none is not overwritten', async () => {
  const dir = join(folder, 'damaged');
  await mkdir(dir);
  await writeFile(join(dir, 'stack.json'), '{"stateVersion":1');
  await assert.rejects(stackUp({ dir }), { code: 'stack-state' });
  assert.equal(await readFile(join(dir, 'stack.json'), 'utf8'), '{"stateVersion":1');
});
