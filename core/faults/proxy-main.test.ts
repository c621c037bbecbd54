import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startProgram, temporaryFolder, writeText, type RunningCli } from '../../fixtures/cli.ts';
import { connectTo, freeAddress, nextChunk, startTcpServer } from '../../fixtures/tcp-peers.ts';

const program = join(import.meta.dirname, 'proxy-main.ts');
const options = { timeout: 240_000 };

type Listening = {
  readonly event: string;
  readonly url: string;
  readonly pid: number;
  readonly proxies: readonly { name: string; listen: string; upstream: string; enabled: boolean }[];
};

const start = (t: TestContext, args: readonly string[]): RunningCli =>
  startProgram(t, program, args, { cwd: temporaryFolder(t) });

/** Its first line on stdout. */
const listening = async (running: RunningCli): Promise<Listening> => {
  const { stdout } = running.process;
  assert.ok(stdout !== null);
  const [text] = (await once(stdout, 'data')) as [string];
  assert.match(text, /^\{.*\}\n$/);
  return JSON.parse(text) as Listening;
};

test('it says in one line where it listens, proxies, and ends cleanly on SIGTERM', options, async (t) => {
  const server = await startTcpServer(t);
  const folder = temporaryFolder(t);
  const config = writeText(
    folder,
    'proxies.json',
    JSON.stringify([{ name: 'off', listen: '127.0.0.1:0', upstream: server.address, enabled: false }]),
  );
  const listen = await freeAddress();
  const flags = ['--admin-port', '0', '--config', config];
  const redis = `redis=${listen.split(':')[1]}->${server.address}`;
  const running = start(t, [...flags, '--proxy', redis, '--proxy', `pg=127.0.0.1:0→${server.address}`]);
  const { event, url, pid, proxies } = await listening(running);
  assert.deepEqual([event, pid], ['listening', running.pid]);
  assert.deepEqual(
    proxies.map(({ name, upstream, enabled }) => [name, upstream, enabled]),
    [
      ['off', server.address, false],
      ['redis', server.address, true],
      ['pg', server.address, true],
    ],
  );
  assert.equal(proxies[1]?.listen, listen);
  const shown = (await (await fetch(`${url}/proxies`)).json()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(shown), ['off', 'redis', 'pg']);
  const socket = await connectTo(t, proxies[2]?.listen ?? '');
  socket.write('hello');
  assert.equal(String(await nextChunk(socket)), 'hello');
  running.process.kill('SIGTERM');
  const end = await running.ended;
  assert.deepEqual([end.code, end.signal, end.stderr], [0, null, '']);
  await assert.rejects(connectTo(t, listen), { code: 'ECONNREFUSED' });
});

test('what it cannot serve it refuses with exit code 2 and a remedy', options, async (t) => {
  const taken = await startTcpServer(t);
  const takenPort = taken.address.split(':')[1] ?? '';
  const refusals: [args: string[], naming: RegExp][] = [
    [['--proxy', 'redis=127.0.0.1:6379'], /'redis=127\.0\.0\.1:6379' is not a proxy\n {2}→ write it as/],
    [['--proxy', 'redis=0.0.0.0:0->127.0.0.1:6379'], /'0\.0\.0\.0:0' is not a loopback address/],
    [['--admin-port', takenPort], new RegExp(`port ${takenPort} of 127.0.0.1 is taken`)],
    [['--admin-port', 'many'], /'many' is not a port/],
    [['--proxy', `a=${takenPort}->127.0.0.1:1`], /the address is in use/],
    [['--config', 'gone.json'], /gone\.json cannot be read/],
    [['--listen', '1'], /--listen/],
  ];
  const ends = await Promise.all(refusals.map(([args]) => start(t, ['--admin-port', '0', ...args]).ended));
  for (const [index, end] of ends.entries()) {
    const [args, naming] = refusals[index] ?? [[], /$/];
    assert.equal(end.code, 2, `${args.join(' ')}: ${end.stderr}`);
    assert.match(end.stderr, naming);
    assert.equal(end.stdout, '');
    assert.doesNotMatch(end.stderr, /\n\s+at /);
  }
});
