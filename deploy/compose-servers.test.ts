// What the servers of compose.yaml are told, said to real ones: without containers, on other ports.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { freePorts } from '../core/process/free-port.ts';
import { spawnLogged } from '../core/process/spawn-logged.ts';
import { stopProcess } from '../core/process/stop-process.ts';
import { untilAnswersMetadata } from '../core/stack/broker-ready.ts';
import { runCommand } from '../core/tools/command.ts';
import { temporaryFolder } from '../fixtures/cli.ts';
import { connectKafkaWriter } from '../fixtures/kafka-writer.ts';
import { serveLocally } from '../fixtures/local-http.ts';
import { until } from '../fixtures/processes.ts';
import { requireTool, toolForTest } from '../fixtures/real-broker.ts';
import { readCompose, readDeployFile } from './compose-file.ts';

const skipKafka = (await requireTool('java')) || (await requireTool('kafka'));
const skipRedis = await requireTool('redis');
const password = 's3cret';

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  runCommand(command, args, { env: { ...process.env, ...env }, timeoutMs: 60_000 });

const start = async (
  t: TestContext,
  command: string,
  args: readonly string[],
  dir: string,
): Promise<void> => {
  const { identity } = await spawnLogged({
    command,
    args,
    logFile: join(dir, 'out.log'),
    guarded: true,
  });
  t.after(() => stopProcess(identity, { graceMs: 10_000, group: true }));
};

/** A health check with another port; the program it runs, and whether it found the service healthy. */
const isHealthy = async (test: readonly string[], from: number, to: number, env: NodeJS.ProcessEnv = {}) => {
  const [kind, ...words] = test.map((word) => word.replaceAll(`:${from}/`, `:${to}/`));
  const [command = '', ...args] = kind === 'CMD-SHELL' ? ['sh', '-c', ...words] : words;
  return (await run(command === 'node' ? process.execPath : command, args, env)).code === 0;
};

test(
  'Kafka takes its settings, and sends each client back by the listener it came by',
  { skip: skipKafka },
  async (t) => {
    const [internal = 0, controller = 0, external = 0] = await freePorts(3);
    const { environment = {}, healthcheck } = readCompose({
      REDIS_PASSWORD: password,
      POSTGRES_PASSWORD: password,
      GRAFANA_PASSWORD: password,
      KAFKA_PORT: String(external),
    }).services['kafka'] ?? { environment: {} };
    const dir = temporaryFolder(t);
    const here = (value: string): string =>
      value
        .replaceAll(/kafka:|0\.0\.0\.0:/g, '127.0.0.1:')
        .replaceAll(':9092', `:${internal}`)
        .replaceAll(':9093', `:${controller}`)
        .replaceAll(':9094', `:${external}`)
        .replace('/var/lib/kafka/data', join(dir, 'data'));
    // As the image does: KAFKA_A_B is the property a.b.
    const properties = Object.entries(environment)
      .filter(([name]) => name.startsWith('KAFKA_') && name !== 'KAFKA_HEAP_OPTS')
      .map(([name, value]) => `${name.slice(6).toLowerCase().replaceAll('_', '.')}=${here(value)}\n`);
    const file = join(dir, 'server.properties');
    await writeFile(file, properties.join(''));

    const [java, kafka] = [await toolForTest('java'), await toolForTest('kafka')];
    const onJava = [
      ...(environment['KAFKA_HEAP_OPTS'] ?? '').split(' '),
      '-cp',
      join(kafka.path, 'libs', '*'),
    ];
    const format = ['kafka.tools.StorageTool', 'format', '-t', environment['CLUSTER_ID'] ?? '', '-c', file];
    const formatted = await run(java.path, [...onJava, ...format]);
    assert.equal(formatted.code, 0, formatted.output);
    await start(t, java.path, [...onJava, 'kafka.Kafka', file], dir);
    for (const port of [internal, external]) {
      const limits = { withinMs: 60_000, giveUp: () => false };
      assert.equal(await untilAnswersMetadata({ host: '127.0.0.1', port }, limits), true);
    }
    const writer = await connectKafkaWriter(`127.0.0.1:${external}`, 1);
    t.after(() => writer.close());
    await writer.createTopic('outside', 3);
    await writer.produce('outside', 2, 1);
    const check = (healthcheck?.test ?? []).map((word) => word.replace('/9092', `/${internal}`));
    assert.equal(await isHealthy(check, 0, 0), true);
  },
);

test('Redis takes its command line and asks for the password', { skip: skipRedis }, async (t) => {
  const [port = 0] = await freePorts(1);
  const {
    command = [],
    environment = {},
    healthcheck,
  } = readCompose({
    REDIS_PASSWORD: password,
    POSTGRES_PASSWORD: password,
    GRAFANA_PASSWORD: password,
  }).services['redis'] ?? { command: [] };
  assert.equal(command[0], 'redis-server');
  const dir = temporaryFolder(t);
  const data = join(dir, 'data');
  await mkdir(data);
  const redis = await toolForTest('redis');
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', data];
  await start(t, redis.path, [...command.slice(1), ...place], dir);

  const check = (healthcheck?.test ?? []).map((word) => word.replace('redis-cli', `redis-cli -p ${port}`));
  assert.equal(await until(() => isHealthy(check, 0, 0, environment), 60_000), true);
  assert.equal(await isHealthy(check, 0, 0, { REDISCLI_AUTH: 'guessed' }), false);
  const ask = async (name: string): Promise<string> =>
    (await run('redis-cli', ['-p', String(port), 'config', 'get', name], environment)).output;
  assert.match(await ask('appendonly'), /yes/);
  assert.match(await ask('appendfsync'), /always/);
  assert.match(await ask('maxmemory-policy'), /noeviction/);
  assert.equal(await ask('save'), 'save\n');
});

test('the health checks of the service tell ready, not ready and gone apart', async (t) => {
  let status = 200;
  const asked: string[] = [];
  const server = await serveLocally((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end();
  });
  t.after(() => server.close());
  const port = Number(new URL(server.url).port);
  const given = { REDIS_PASSWORD: password, POSTGRES_PASSWORD: password, GRAFANA_PASSWORD: password };
  const inCompose = readCompose(given).services['service']?.healthcheck?.test ?? [];
  const inImage = [
    'CMD',
    ...(JSON.parse(/^ {2}CMD (\[.*\])$/m.exec(readDeployFile('Dockerfile'))?.[1] ?? '') as string[]),
  ];
  const checks = [
    () => isHealthy(inCompose, 8080, port),
    () => isHealthy(inImage, 8080, port, { PORT: String(port) }),
  ];
  for (const check of checks) {
    status = 200;
    assert.equal(await check(), true);
    status = 503;
    assert.equal(await check(), false);
  }
  assert.deepEqual([...new Set(asked)], ['/ready', '/health']);
  const [taken = 0] = await freePorts(1);
  assert.equal(await isHealthy(inCompose, 8080, taken), false);
});
