import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKafkaWriter, type KafkaWriter } from '../../fixtures/kafka-writer.ts';
import { kafka22, startOldBroker, type OldBroker } from '../../fixtures/old-broker.ts';
import { startConsoleConsumer } from '../../fixtures/console-consumer.ts';
import { until } from '../../fixtures/processes.ts';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { KnownError } from '../errors.ts';
import { connectKafka, type KafkaReader } from './kafka-reader.ts';
import { findTargets } from './watch-targets.ts';

/** The same broker by way of one that takes no newer requests than Kafka 2.2 did. */
let old: OldBroker | undefined;
const broker = await useRealBroker(async () => {
  old = await startOldBroker(kafka22);
  return {
    proxied: { port: old.upstreamPort, advertisedPort: old.port },
    settings: { 'group.share.enable': 'true' },
  };
});
after(() => old?.close());

describe('a reader on a real broker', { skip: broker.skip }, () => {
  let writer: KafkaWriter;
  let reader: KafkaReader;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('orders', 2);
    await writer.createTopic('invoices', 1);
    await writer.produce('orders', 0, 10);
    await writer.produce('orders', 1, 4);
    await writer.commit('billing', 'orders', 0, 7);
    await writer.commit('mailing', 'invoices', 0, 0);
    reader = await connectKafka({ brokers: [broker.address] });
  });
  after(async () => {
    await reader.close();
    await writer.close();
  });

  it('lists topics with their ids, and which are internal', async () => {
    const topics = new Map((await reader.topics()).map((topic) => [topic.name, topic]));
    assert.equal(topics.get('orders')?.partitions.length, 2);
    assert.equal(topics.get('orders')?.isInternal, false);
    assert.equal(topics.get('__consumer_offsets')?.isInternal, true);
    assert.notEqual(topics.get('orders')?.id, topics.get('invoices')?.id);
    assert.deepEqual(
      (await reader.topicsNamed(['orders', 'ordres'])).map(({ name }) => name),
      ['orders'],
    );
  });

  it('leaves the process alone while nothing is asked', async (t) => {
    const timers = t.mock.method(globalThis, 'setTimeout');
    await reader.topics();
    await sleep(200);
    const hasty = timers.mock.calls.filter(({ arguments: [, delayMs = 0] }) => delayMs < 1);
    assert.equal(hasty.length, 0, 'kafkajs looks for requests that wait though none does');
  });

  it('reads what several groups committed at once; a group that there is not has committed nothing', async () => {
    const answers = await reader.committed([
      { group: 'billing', partitions: [0, 1].map((partition) => ({ topic: 'orders', partition })) },
      { group: 'mailing', partitions: undefined },
      { group: 'nobody', partitions: undefined },
    ]);
    const plain = ['billing', 'mailing', 'nobody'].map((group) => {
      const topics = answers.get(group);
      assert.ok(topics !== undefined && !('reason' in topics));
      return [...topics].map(([topic, partitions]) => [topic, ...partitions]);
    });
    assert.deepEqual(plain, [[['orders', [0, 7n], [1, null]]], [['invoices', [0, 0n]]], []]);
  });

  it('reads the bounds of logs; a partition that there is not leaves the others alone', async () => {
    const partitions = [0, 1, 7].map((partition) => ({ topic: 'orders', partition }));
    const [first, second, missing] = await reader.ends(partitions, { logStart: true, highWatermark: true });
    assert.ok(first !== undefined && 'end' in first);
    const { leaderEpoch, ...bounds } = first;
    assert.deepEqual(bounds, {
      topic: 'orders',
      partition: 0,
      end: 10n,
      highWatermark: 10n,
      logStart: 0n,
    });
    // A broker that was held up for long has been elected anew.
    assert.ok(typeof leaderEpoch === 'number' && leaderEpoch >= 0);
    assert.ok(second !== undefined && 'end' in second && second.end === 4n);
    assert.ok(missing !== undefined && 'reason' in missing);
    assert.equal(missing.reason, 'UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('tells the read-committed end from the high watermark while a transaction is open', async () => {
    await writer.createTopic('payments', 1);
    await writer.produce('payments', 0, 3);
    const transaction = await writer.beginTransaction('payments', 0, 5);
    const bounds = async (): Promise<(bigint | null | undefined)[]> => {
      const wanted = { logStart: false, highWatermark: true };
      const [read] = await reader.ends([{ topic: 'payments', partition: 0 }], wanted);
      return read !== undefined && 'end' in read ? [read.end, read.highWatermark, read.logStart] : [];
    };
    assert.deepEqual(await bounds(), [3n, 8n, null]);
    await transaction.commit();
    // The marker, which has an offset of its own, is written after the answer to the commit.
    await until(async () => (await bounds())[0] === 9n, 60_000);
    assert.deepEqual(await bounds(), [9n, 9n, null]);
  });

  it('finds the first record from a time on', async () => {
    const beforeMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await writer.produce('invoices', 0, 2);
    const at = { topic: 'invoices', partition: 0 };
    const [found] = await reader.offsetsAt([{ ...at, timestampMs: beforeMs }]);
    assert.ok(found !== undefined && 'found' in found && found.found !== null);
    assert.equal(found.found.offset, 0n);
    assert.ok(found.found.timestampMs >= beforeMs);
    const [none] = await reader.offsetsAt([{ ...at, timestampMs: Date.now() + 60_000 }]);
    assert.deepEqual(none, { ...at, found: null });
  });

  it('reads when messages were made, by whose clock, of several partitions in one request', async () => {
    const beforeMs = Date.now();
    await writer.createTopic('parcels', 2);
    await writer.configureTopic('parcels', { 'message.timestamp.type': 'LogAppendTime' });
    await writer.produce('parcels', 1, 3);
    const [made, appended, none, missing] = await reader.timesAt([
      { topic: 'orders', partition: 0, offset: 7n },
      { topic: 'parcels', partition: 1, offset: 2n },
      { topic: 'parcels', partition: 0, offset: 0n },
      { topic: 'orders', partition: 7, offset: 0n },
    ]);
    assert.ok(made !== undefined && 'time' in made && made.time?.lowMs != null);
    assert.deepEqual([made.time.offset, made.time.clock], [7n, 'producer']);
    assert.ok(made.time.lowMs <= made.time.highMs && made.time.highMs <= Date.now());
    assert.ok(appended !== undefined && 'time' in appended && appended.time?.lowMs != null);
    assert.deepEqual([appended.time.offset, appended.time.clock], [2n, 'broker']);
    assert.ok(appended.time.lowMs >= beforeMs - 1 && appended.time.lowMs === appended.time.highMs);
    assert.deepEqual(none, { topic: 'parcels', partition: 0, time: null });
    assert.ok(missing !== undefined && 'reason' in missing);
    assert.equal(missing.reason, 'UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('sees settings of topics', async () => {
    const policies = await reader.topicConfig('cleanup.policy', ['orders', '__consumer_offsets']);
    assert.deepEqual(
      [...policies],
      [
        ['orders', 'delete'],
        ['__consumer_offsets', 'compact'],
      ],
    );
  });

  for (const protocol of ['classic', 'consumer'] as const) {
    it(`describes a live group of the ${protocol} protocol with its member, and lists it`, async (t: TestContext) => {
      const group = `live-${protocol}`;
      await startConsoleConsumer(t, { broker: broker.address, topic: 'orders', group, protocol });
      const isLive = async (): Promise<boolean> => {
        const described = (await reader.describe([group])).get(group);
        return described !== undefined && 'state' in described && described.members[0]?.assigned.length === 2;
      };
      assert.ok(await until(isLive, 60_000));
      const described = (await reader.describe([group, 'billing', 'nobody'])).get(group);
      assert.ok(described !== undefined && 'state' in described);
      assert.deepEqual(
        [described.protocol, described.state, described.members.length],
        [protocol, 'Stable', 1],
      );
      const [member] = described.members;
      assert.match(member?.host ?? '', /127\.0\.0\.1/);
      assert.deepEqual(member?.assigned.map(({ topic, partition }) => `${topic}/${partition}`).sort(), [
        'orders/0',
        'orders/1',
      ]);
      const listed = (await reader.groups()).find((each) => each.group === group);
      assert.deepEqual([listed?.type, listed?.protocolType], [protocol, 'consumer']);
    });
  }

  it('knows a share group, which is not supported: by name it is refused, by a pattern left out', async (t: TestContext) => {
    await startConsoleConsumer(t, {
      broker: broker.address,
      topic: 'orders',
      group: 'sharing',
      protocol: 'share',
    });
    const isListed = async (): Promise<boolean> =>
      (await reader.groups()).some(({ group, type }) => group === 'sharing' && type === 'share');
    assert.ok(await until(isListed, 60_000));
    await assert.rejects(findTargets(reader, [{ group: 'sharing', topics: ['orders'] }]), (error) => {
      assert.ok(error instanceof KnownError && error.code === 'group-missing');
      assert.match(error.message, /'sharing' is a share group, which has no lag by offsets/);
      assert.match(error.remedy ?? '', /KIP-932.* not supported/);
      return true;
    });
    const { targets, shareGroups } = await findTargets(reader, [{ group: '/^(sharing|billing)$/' }]);
    assert.deepEqual([targets.map(({ group }) => group), shareGroups], [['billing'], ['sharing']]);
  });

  it('knows a group that only commits, and one that there is not', async () => {
    const answers = await reader.describe(['billing', 'nobody']);
    const states = ['billing', 'nobody'].map((group) => {
      const answer = answers.get(group);
      return answer !== undefined && 'state' in answer ? [answer.state, answer.members.length] : answer;
    });
    assert.deepEqual(states, [
      ['Empty', 0],
      ['Dead', 0],
    ]);
  });
});

describe('a reader that is closed', { skip: broker.skip }, () => {
  const connections = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

  it('leaves no connection open, however many looks into logs were the first at once', async () => {
    const writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('first-looks', 3);
    for (const partition of [0, 1, 2]) await writer.produce('first-looks', partition, 2);
    await writer.close();
    assert.ok(await until(() => connections() === 0, 60_000), `${connections()} before`);
    const reader = await connectKafka({ brokers: [broker.address] });
    const partitions = [0, 1, 2].map((partition) => ({ topic: 'first-looks', partition }));
    // From here on it knows which broker to ask.
    await reader.ends(partitions, { logStart: false, highWatermark: false });
    const looks = await Promise.all(partitions.map((of) => reader.isMarkersOnly(of, 0n, 2n)));
    assert.deepEqual(looks, [false, false, false]);
    await reader.close();
    assert.ok(await until(() => connections() === 0, 60_000), `${connections()} still open`);
  });

  it('makes no new connection for who goes on asking', async () => {
    const reader = await connectKafka({ brokers: [broker.address] });
    await reader.close();
    await assert.rejects(reader.topics(), KnownError);
    assert.ok(await until(() => connections() === 0, 60_000), `${connections()} still open`);
  });
});

describe('a reader on a broker as old as Kafka 2.2', { skip: broker.skip }, () => {
  let writer: KafkaWriter;
  let reader: KafkaReader;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('old-orders', 2);
    await writer.produce('old-orders', 0, 10);
    await writer.commit('old-billing', 'old-orders', 0, 7);
    await writer.commit('old-mailing', 'old-orders', 1, 0);
    reader = await connectKafka({ brokers: [`127.0.0.1:${old?.port}`] });
  });
  after(async () => {
    await reader.close();
    await writer.close();
  });

  it('finds topics without ids, and groups without states and types', async () => {
    const topic = (await reader.topics()).find(({ name }) => name === 'old-orders');
    assert.deepEqual([topic?.id, topic?.partitions.length, topic?.isInternal], [undefined, 2, false]);
    const group = (await reader.groups()).find((each) => each.group === 'old-billing');
    assert.deepEqual([group?.state, group?.type], [undefined, undefined]);
    assert.deepEqual(
      (await findTargets(reader, [{ group: 'old-*' }])).targets,
      ['old-billing', 'old-mailing'].map((name) => ({ group: name, topics: ['old-orders'] })),
    );
  });

  it('reads what groups have committed, one request for each, and describes them', async () => {
    const partitions = [0, 1].map((partition) => ({ topic: 'old-orders', partition }));
    const committed = await reader.committed([
      { group: 'old-billing', partitions },
      { group: 'old-mailing', partitions: undefined },
      { group: 'nobody', partitions },
    ]);
    assert.deepEqual(
      ['old-billing', 'old-mailing', 'nobody'].map((group) => {
        const topics = committed.get(group);
        assert.ok(topics !== undefined && !('reason' in topics));
        return [...(topics.get('old-orders') ?? [])];
      }),
      [
        [
          [0, 7n],
          [1, null],
        ],
        [[1, 0n]],
        [
          [0, null],
          [1, null],
        ],
      ],
    );
    const described = (await reader.describe(['old-billing'])).get('old-billing');
    assert.ok(described !== undefined && 'state' in described);
    assert.deepEqual([described.protocol, described.state], ['classic', 'Empty']);
  });

  it('reads both ends of a log, its settings and its tail', async () => {
    const transaction = await writer.beginTransaction('old-orders', 1, 2);
    const wanted = { logStart: true, highWatermark: true };
    const [first, second] = await reader.ends(
      [0, 1].map((partition) => ({ topic: 'old-orders', partition })),
      wanted,
    );
    assert.ok(first !== undefined && 'end' in first && second !== undefined && 'end' in second);
    assert.deepEqual([first.end, first.highWatermark, first.logStart], [10n, 10n, 0n]);
    assert.deepEqual([second.end, second.highWatermark], [0n, 2n]);
    await transaction.commit();
    assert.deepEqual(
      [...(await reader.topicConfig('cleanup.policy', ['old-orders']))],
      [['old-orders', 'delete']],
    );
    const tail = { topic: 'old-orders', partition: 1 };
    const isWritten = async (): Promise<boolean> => {
      const [now] = await reader.ends([tail], wanted);
      return now !== undefined && 'end' in now && now.end === 3n;
    };
    assert.ok(await until(isWritten, 60_000));
    assert.equal(await reader.isMarkersOnly(tail, 2n, 3n), true);
    assert.equal(await reader.isMarkersOnly(tail, 1n, 3n), false);
  });

  it('has asked for nothing that such a broker does not take', () => {
    assert.deepEqual(old?.refused, []);
    assert.ok(old?.requests.has('9 v5'), 'OffsetFetch group by group');
    assert.ok(old?.requests.has('10 v2'), 'FindCoordinator group by group');
  });
});
