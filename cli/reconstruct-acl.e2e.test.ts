import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertRefusal, lagline, temporaryFolder } from '../fixtures/cli.ts';
import { connectKafkaWriter, type KafkaWriter } from '../fixtures/kafka-writer.ts';
import { until } from '../fixtures/processes.ts';
import { useRealBroker } from '../fixtures/real-broker.ts';

// Everything is allowed on what has no grant; what has one allows nothing else.
const broker = await useRealBroker(() =>
  Promise.resolve({
    settings: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
    },
  }),
);

describe('lagline reconstruct with the least that it needs', { skip: broker.skip, timeout: 600_000 }, () => {
  let writer: KafkaWriter;
  let fromMs = 0;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('orders', 1);
    await writer.createTopic('canary', 1);
    fromMs = Date.now();
    await writer.produce('orders', 0, 10);
    await writer.commit('billing', 'orders', 0, 4);
    await sleep(500);
    await writer.grant('topic', 'orders', 'Describe');
    await writer.grant('topic', '__consumer_offsets', 'Read');
    await writer.grant('group', 'billing', 'Describe');
    // Grants take effect one after the other, and a moment after the broker has taken them.
    await writer.grant('topic', 'canary', 'Describe');
    const isRefused = (): Promise<boolean> =>
      writer.produce('canary', 0, 1).then(
        () => false,
        () => true,
      );
    assert.ok(await until(isRefused, 60_000));
  });
  after(() => writer.close());

  const command = (): string[] => [
    'reconstruct',
    `--brokers=${broker.address}`,
    '--group=billing',
    `--from=${new Date(fromMs).toISOString()}`,
    '--step=100ms',
    '--json',
  ];

  it('needs no more than to describe the topic and to read __consumer_offsets', async (t) => {
    await assert.rejects(writer.produce('orders', 0, 1), 'nothing may be produced');
    await assert.rejects(writer.commit('billing', 'orders', 0, 5), 'nothing may be committed');
    const end = await lagline(t, command(), { cwd: temporaryFolder(t) });
    assert.equal(end.code, 0, end.stderr);
    assert.match(end.stdout, /"finalLagMessages": 6/);
  });

  it('names the grant that is missing', async (t) => {
    await writer.revoke('__consumer_offsets');
    await writer.grant('topic', '__consumer_offsets', 'Describe');
    await untilRefused(t, [
      "does not let us read the topic '__consumer_offsets'",
      '--operation Read --topic __consumer_offsets',
    ]);
    await writer.revoke('orders');
    await writer.grant('topic', '__consumer_offsets', 'Read');
    await writer.grant('topic', 'orders', 'Read');
    const isLetIn = async (): Promise<boolean> =>
      (await lagline(t, command(), { cwd: temporaryFolder(t) })).code === 0;
    assert.ok(await until(isLetIn, 120_000));
  });

  /** A grant takes effect a moment after the broker has taken it. */
  const untilRefused = async (t: Parameters<typeof lagline>[0], words: readonly string[]): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) {
      const end = await lagline(t, command(), { cwd: temporaryFolder(t) });
      if (end.code === 0) continue;
      assertRefusal(end, [...words]);
      return;
    }
    assert.fail('it was never refused');
  };
});
