import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { watchLineSchema, type WatchLine } from '../core/watch/watch-line.ts';
import { assertRefusal, lagline, startCli, temporaryFolder } from '../fixtures/cli.ts';
import { connectKafkaWriter, type KafkaWriter } from '../fixtures/kafka-writer.ts';
import { until } from '../fixtures/processes.ts';
import { useRealBroker } from '../fixtures/real-broker.ts';

const broker = await useRealBroker();

/** What a watch has told so far, each line held to the published schema. */
const startWatch = (t: TestContext, ...args: string[]) => {
  const cli = startCli(t, ['watch', '--brokers', broker.address, '--json', ...args], {
    cwd: temporaryFolder(t),
  });
  let text = '';
  cli.process.stdout?.on('data', (chunk: string) => (text += chunk));
  const lines = (): WatchLine[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => watchLineSchema.parse(JSON.parse(line)));
  const tells = async (wanted: (line: WatchLine) => boolean, withinMs = 60_000): Promise<void> =>
    assert.ok(
      await until(() => lines().some(wanted), withinMs),
      `not told:\n${text.slice(-2000)}\n${cli.stderr()}`,
    );
  return { ...cli, lines, tells };
};

describe('lagline watch', { skip: broker.skip, concurrency: false }, () => {
  let writer: KafkaWriter;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('watched-orders', 2);
    await writer.produce('watched-orders', 0, 10);
    await writer.produce('watched-orders', 1, 4);
    await writer.commit('watched-billing', 'watched-orders', 0, 7);
    await writer.commit('watched-billing', 'watched-orders', 1, 4);
  });
  after(() => writer.close().catch(() => {}));

  test('tells lag of each partition and of the group once a tick, and ends after --count', async (t) => {
    const cwd = temporaryFolder(t);
    const words = ['--group', 'watched-b*', '--interval', '200ms', '--count', '2'];
    const { code, stdout, stderr } = await lagline(
      t,
      ['watch', '--brokers', broker.address, '--json', ...words],
      { cwd },
    );
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => watchLineSchema.parse(JSON.parse(line)));
    assert.equal(lines.length, 6);
    const first = lines.find((line) => line.kind === 'partition');
    assert.ok(first !== undefined);
    const { group, topic, partition, currentOffset, logEndOffset, lag, lagLow, lagHigh, consumerId } = first;
    assert.deepEqual(
      [group, topic, partition, currentOffset, logEndOffset, lag, lagLow, lagHigh, consumerId],
      ['watched-billing', 'watched-orders', 0, '7', '10', 3, 3, 3, null],
    );
    const last = lines.findLast((line) => line.kind === 'group');
    assert.deepEqual(
      [last?.state, last?.partitions, last?.members, last?.lagLow, last?.lagHigh],
      ['empty', 2, 0, 3, 3],
    );
  });

  test('is a table with the columns of kafka-consumer-groups without --json', async (t) => {
    const words = ['--group', 'watched-billing', '--count', '1', '--lang', 'en'];
    const { code, stdout } = await lagline(t, ['watch', '--brokers', broker.address, ...words], {
      cwd: temporaryFolder(t),
    });
    assert.equal(code, 0);
    const [head = '', row = ''] = stdout.split('\n');
    assert.match(
      head,
      /^GROUP +TOPIC +PARTITION +CURRENT-OFFSET +LOG-END-OFFSET +LAG +CONSUMER-ID +HOST +CLIENT-ID +LAG-RANGE/,
    );
    assert.match(row, /^watched-billing +watched-orders +0 +7 +10 +3 +- +- +- +3 +group-empty/);
    assert.ok(!stdout.includes('\u001B'));
  });

  test('waits for a group that is not there yet, and shows who holds its partitions', async (t) => {
    const watch = startWatch(
      t,
      '--group',
      'watched-later',
      '--topic',
      'watched-orders',
      '--interval',
      '300ms',
    );
    await watch.tells((line) => line.kind === 'event' && line.name === 'waiting');
    const consumer = await writer.consume({
      group: 'watched-later',
      topic: 'watched-orders',
      commitEveryMs: 200,
      handle: async () => {},
    });
    try {
      await watch.tells((line) => line.kind === 'event' && line.name === 'group-appeared');
      await watch.tells(
        (line) =>
          line.kind === 'partition' &&
          line.consumerId !== null &&
          line.host !== null &&
          line.clientId === 'test',
      );
    } finally {
      await consumer.stop();
    }
    watch.process.kill('SIGINT');
    assert.equal((await watch.ended).code, 130);
  });

  test('ends in order when its reader has had enough', async (t) => {
    const main = join(import.meta.dirname, 'main.ts');
    const words = [
      'watch',
      '--brokers',
      broker.address,
      '--group',
      'watched-billing',
      '--interval',
      '100ms',
      '--json',
    ];
    const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    t.after(() => child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'close')) as [number | null];
    assert.deepEqual([code, stderr], [0, '']);
  });

  test('tells that the broker is away, and goes on when it is back', async (t) => {
    if (process.env['LAGLINE_TEST_KAFKA']) return t.skip('the broker is not ours to end');
    const watch = startWatch(t, '--group', 'watched-billing', '--interval', '300ms');
    await watch.tells((line) => line.kind === 'partition');
    await broker.kill9();
    await watch.tells((line) => line.kind === 'gap');
    await broker.restart();
    await watch.tells((line) => line.kind === 'gap-end' && line.durationMs > 0, 90_000);
    const told = watch.lines();
    const back = told.findIndex(({ kind }) => kind === 'gap-end');
    assert.equal(told.filter(({ kind }) => kind === 'gap').length, 1);
    assert.ok(told.slice(back).some(({ kind }) => kind === 'partition'));
    watch.process.kill('SIGTERM');
    assert.equal((await watch.ended).code, 143);
  });
});

test('what watch cannot do is refused before anything is asked', async (t) => {
  const cwd = temporaryFolder(t);
  const to = ['watch', '--brokers', '127.0.0.1:9', '--group', 'any'];
  const env = { LAGLINE_KAFKA: undefined };
  for (const [args, naming] of [
    [['watch'], ['broker', '--brokers']],
    [[...to, '--interval', 'often'], ["--interval 'often'"]],
    [[...to, '--count', '0'], ["--count '0'"]],
    [['watch', '--brokers', '127.0.0.1:9', '--group', '/(/'], ["'/(/'"]],
    [to, ['127.0.0.1:9']],
  ] as const)
    assertRefusal(await lagline(t, args, { cwd, env }), naming);
});
