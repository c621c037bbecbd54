import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand } from './command.ts';
import { examineTools } from './doctor.ts';
import { javaTool } from './java.ts';
import { k6Tool } from './k6.ts';
import { kafkaTool } from './kafka.ts';
import { makeTool } from './make-tool.ts';
import { postgresTool } from './postgres.ts';
import { k6OlderRelease, kafkaRelease, prometheusRelease } from './pins.ts';
import { fillFromRelease } from './release.ts';
import { redisTool } from './redis.ts';
import type { Tool, ToolContext } from './tool.ts';

let folder = '';
let server: Server;
let served = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lagline-tools-'));
  // An archive as a release has it: one top folder, one program in it.
  await writeProgram(join(folder, 'k6-v9', 'k6'), 'echo "k6 v9.0.0 (go, here)"');
  await runCommand('tar', ['-czf', 'k6.tar.gz', 'k6-v9'], {
    env: process.env,
    cwd: folder,
    timeoutMs: 10_000,
  });
  const archive = await readFile(join(folder, 'k6.tar.gz'));
  server = createServer((_request, response) => {
    served += 1;
    setTimeout(() => response.end(archive), 300);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const writeProgram = async (path: string, script: string): Promise<string> => {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
};

/** A machine that has nothing but sh and what lies in `bin`, and reaches no server but ours. */
const machine = async (env: NodeJS.ProcessEnv = {}): Promise<ToolContext & { bin: string }> => {
  const root = await mkdtemp(join(folder, 'machine-'));
  const bin = join(root, 'bin');
  await mkdir(bin);
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    bin,
    env: { PATH: bin, HOME: root, LAGLINE_MIRROR: mirror, ...env },
    platform: 'linux-x64',
    cacheDir: join(root, 'cache'),
  };
};

test('every pinned checksum has the length of its algorithm', () => {
  for (const release of [k6OlderRelease, kafkaRelease, prometheusRelease]) {
    for (const { checksum } of Object.values(release.archives))
      assert.match(checksum.hex, checksum.algorithm === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{128}$/);
  }
});

test('k6 on PATH is taken, the npm placeholder before it is not', async () => {
  const context = await machine();
  const modules = join(context.bin, 'modules');
  await writeProgram(join(modules, 'k6'), 'echo "this is a placeholder"');
  const path = await writeProgram(join(context.bin, 'k6'), 'echo "k6 v1.8.1 (go1.26.0, linux/amd64)"');
  context.env['PATH'] = `${modules}:${context.bin}`;
  const { found, refused } = await k6Tool(context).find();
  assert.deepEqual(found, { path, version: '1.8.1', origin: 'path' });
  assert.deepEqual(refused, [{ path: join(modules, 'k6'), origin: 'path', reason: 'is not a working k6' }]);
});

test('k6 before 1.0 is refused with both versions, then nothing else is left', async () => {
  const context = await machine();
  await writeProgram(join(context.bin, 'k6'), 'echo "k6 v0.57.0 (x)"');
  await assert.rejects(k6Tool(context).ensure(), (error: Error & { remedy?: string }) => {
    assert.match(error.message, /is 0\.57\.0, 1\.0 or later is needed/);
    assert.match(error.message, /no confirmed checksum of k6 1\.8\.1/);
    assert.match(error.message, /go is not on PATH/);
    assert.match(error.message, /must be cc127a656f734f8e…; the file was deleted/);
    assert.match(error.remedy ?? '', /Install k6/);
    return true;
  });
});

test('a Java that is too old is told apart from none', async () => {
  const context = await machine();
  await writeProgram(join(context.bin, 'java'), `echo 'openjdk version "11.0.2" 2019-01-15' >&2`);
  const java = (await examineTools(context)).find(({ tool }) => tool === 'java');
  assert.equal(java?.status, 'too-old');
  assert.equal(java.version, '11.0.2');
  const none = (await examineTools(await machine())).find(({ tool }) => tool === 'java');
  assert.equal(none?.status, 'missing');
});

test('JAVA_HOME goes before PATH, unless it is of no use', async () => {
  const context = await machine();
  const onPath = await writeProgram(join(context.bin, 'java'), `echo 'openjdk version "21" 2023' >&2`);
  const home = await writeProgram(
    join(context.bin, 'home', 'bin', 'java'),
    `echo 'java version "17.0.1"' >&2`,
  );
  context.env['JAVA_HOME'] = join(context.bin, 'home');
  assert.equal((await javaTool(context).ensure()).path, home);
  context.env['JAVA_HOME'] = join(context.bin, 'nowhere');
  assert.equal((await javaTool(context).ensure()).path, onPath);
});

test('KAFKA_HOME is known by its libraries; one before 4 is refused', async () => {
  const context = await machine();
  const home = join(context.bin, 'kafka');
  await mkdir(join(home, 'libs'), { recursive: true });
  context.env['KAFKA_HOME'] = home;
  await writeFile(join(home, 'libs', 'kafka_2.13-3.9.1.jar'), '');
  assert.equal((await kafkaTool(context).find()).found, undefined);
  await rm(join(home, 'libs', 'kafka_2.13-3.9.1.jar'));
  await writeFile(join(home, 'libs', 'kafka_2.13-4.1.1.jar'), '');
  assert.deepEqual((await kafkaTool(context).find()).found, { path: home, version: '4.1.1', origin: 'env' });
});

test('Postgres without initdb is not taken, one that is too old neither', async () => {
  const context = await machine();
  const path = await writeProgram(
    join(context.bin, 'postgres'),
    'echo "postgres (PostgreSQL) 13.22 (Debian 13.22-0+deb11u1)"',
  );
  const noInitdb = await postgresTool(context).find();
  assert.equal(noInitdb.refused[0]?.reason, 'is not a working postgres');
  await writeProgram(join(context.bin, 'initdb'), '');
  const tooOld = await postgresTool(context).find();
  assert.deepEqual(tooOld.refused, [
    { path, origin: 'path', version: '13.22', reason: 'is 13.22, 14 or later is needed' },
  ]);
});

test('Redis is known by the version it states', async () => {
  const context = await machine();
  const path = await writeProgram(
    join(context.bin, 'redis-server'),
    'echo "Redis server v=7.2.4 sha=00000000:0 malloc=libc bits=64 build=1"',
  );
  assert.deepEqual((await redisTool(context).find()).found, { path, version: '7.2.4', origin: 'path' });
});

test('the examination names every tool, with a remedy for each that is missing', async () => {
  const reports = await examineTools(await machine());
  assert.deepEqual(
    reports.map(({ tool }) => tool),
    ['node', 'java', 'k6', 'kafka', 'prometheus', 'redis', 'postgres', 'maven', 'go'],
  );
  for (const { status, remedy } of reports) assert.equal(status === 'ok', remedy === undefined);
});

/** A tool that only a release of ours has. */
const releaseTool = async (context: ToolContext): Promise<Tool> => {
  const hex = createHash('sha256')
    .update(await readFile(join(folder, 'k6.tar.gz')))
    .digest('hex');
  const archive = {
    url: 'https://example.invalid/k6.tar.gz',
    checksum: { algorithm: 'sha256', hex },
  } as const;
  const fill = fillFromRelease('k6', { version: '9.0.0', archives: { any: archive } }, context);
  return makeTool(
    {
      id: 'k6',
      minimumVersion: '1',
      remedy: 'None.',
      places: () => Promise.resolve([]),
      inspect: async (path) =>
        (await runCommand(path, [], { env: process.env, timeoutMs: 5_000 })).code === 0 ? '9.0.0' : undefined,
      installers: [{ origin: 'download', folder: 'k6-9', entry: 'k6', fill }],
    },
    context,
  );
};

test('a release is fetched from the mirror once, and then found in the cache', async () => {
  const context = { ...(await machine()), env: { ...process.env, LAGLINE_MIRROR: mirrorUrl() } };
  await mkdir(join(context.cacheDir, 'tmp', 'k6-left-by-a-crash'), { recursive: true });
  const tool = await releaseTool(context);
  served = 0;
  const path = join(context.cacheDir, 'k6-9', 'k6');
  assert.deepEqual(await tool.ensure(), { path, version: '9.0.0', origin: 'download' });
  assert.deepEqual(await tool.ensure(), { path, version: '9.0.0', origin: 'cache' });
  assert.equal(served, 1);
  assert.deepEqual(await readdir(join(context.cacheDir, 'tmp')), []);
  assert.deepEqual(await readdir(join(context.cacheDir, 'downloads')), []);
});

const mirrorUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('of two processes that need the same tool at once, one installs it and the other finds it', async () => {
  const context = await machine();
  // `go` that takes its time and says that it was run.
  await writeProgram(
    join(context.bin, 'go'),
    `echo run >> "$HOME/runs"; /bin/sleep 1; printf '#!/bin/sh\\necho "k6 v1.8.1 (x)"\\n' > "$GOBIN/k6"; /bin/chmod +x "$GOBIN/k6"`,
  );
  const program = `
    const { k6Tool } = await import(${JSON.stringify(new URL('k6.ts', import.meta.url).href)});
    const { origin } = await k6Tool(${JSON.stringify(context)}).ensure();
    console.log(origin);`;
  const origins = await Promise.all(
    [1, 2].map(async () => {
      const { output } = await runCommand(process.execPath, ['--input-type=module', '-e', program], {
        env: process.env,
        timeoutMs: 30_000,
      });
      return output.trim();
    }),
  );
  assert.deepEqual(origins.toSorted(), ['cache', 'go-install']);
  assert.equal(await readFile(join(context.env['HOME'] ?? '', 'runs'), 'utf8'), 'run\n');
});

test('an installation whose process was killed is done anew by the next', async () => {
  const context = await machine();
  await writeProgram(join(context.bin, 'go'), `echo up > "$HOME/runs"; exec /bin/sleep 3`);
  const program = `
    const { k6Tool } = await import(${JSON.stringify(new URL('k6.ts', import.meta.url).href)});
    await k6Tool(${JSON.stringify(context)}).ensure();`;
  const first = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  const started = join(context.env['HOME'] ?? '', 'runs');
  while (!(await readFile(started, 'utf8').catch(() => '')).includes('up'))
    await new Promise((resolve) => setTimeout(resolve, 20));
  first.kill('SIGKILL');
  await once(first, 'exit');
  await writeProgram(
    join(context.bin, 'go'),
    `printf '#!/bin/sh\\necho "k6 v1.8.1 (x)"\\n' > "$GOBIN/k6"; /bin/chmod +x "$GOBIN/k6"`,
  );
  const { origin } = await k6Tool(context).ensure();
  assert.equal(origin, 'go-install');
  assert.deepEqual(await readdir(join(context.cacheDir, 'tmp')), []);
});
