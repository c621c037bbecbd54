import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connectKafkaWriter, type KafkaWriter } from '../../fixtures/kafka-writer.ts';
import { useRealBroker } from '../../fixtures/real-broker.ts';
import { KnownError } from '../errors.ts';
import type { LogBatch } from '../kafka/record-batch.ts';
import { openHistoryLog, type OpenHistoryLog } from './kafka-history-log.ts';

const broker = await useRealBroker();

describe('openHistoryLog on a real broker', { skip: broker.skip }, () => {
  let writer: KafkaWriter;
  let log: OpenHistoryLog;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('orders', 3);
    for (let turn = 0; turn < 5; turn += 1) await writer.produce('orders', 1, 10);
    await writer.commit('billing', 'orders', 1, 7);
    log = await openHistoryLog([broker.address]);
  });
  after(async () => {
    log.close();
    await writer.close();
  });

  it('knows topics, partitions, groups and ends', async () => {
    assert.deepEqual(await log.partitions('orders'), [0, 1, 2]);
    assert.equal(await log.partitions('order'), undefined);
    assert.ok((await log.topics()).includes('orders'));
    assert.ok((await log.groups()).includes('billing'));
    assert.deepEqual(await log.ends('orders'), [
      { partition: 0, end: 0n },
      { partition: 1, end: 50n },
      { partition: 2, end: 0n },
    ]);
  });

  it('answers the first record from a time on, with its timestamp, for many questions at once', async () => {
    const [first] = await log.recordsAt('orders', [{ partition: 1, atMs: 0 }]);
    assert.equal(first?.offset, 0n);
    const times = Array.from({ length: 60 }, (_, index) => (first?.timestampMs ?? 0) + index);
    const answers = await Promise.all(
      times.map(async (atMs) => {
        const [found, none] = await log.recordsAt('orders', [
          { partition: 1, atMs },
          { partition: 0, atMs },
        ]);
        assert.equal(none, null);
        return found;
      }),
    );
    answers.forEach((found, index) => {
      if (found != null) assert.ok(found.timestampMs >= (times[index] ?? 0) && found.offset < 50n);
    });
    assert.deepEqual(await log.recordsAt('orders', [{ partition: 1, atMs: Date.now() + 60_000 }]), [null]);
  });

  it('reads a log from its start to its end', async () => {
    await writer.deleteRecords('orders', 1, 15);
    const batches: LogBatch[] = [];
    for await (const some of log.batches('orders', 1)) batches.push(...some);
    const offsets = batches.flatMap(({ records }) => records.map(({ offset }) => offset));
    // A batch is whole: the first holds records from before the log's start too.
    assert.equal(offsets.at(-1), 49n);
    assert.ok((offsets[0] ?? 0n) <= 15n && (offsets[0] ?? 0n) >= 10n);
    for await (const some of log.batches('orders', 0)) assert.fail(`${some.length} batches of an empty log`);
  });
});

/** A server that is no broker, for as long as `use` takes. */
const withServer = async (
  answer: Parameters<typeof createServer>[1],
  use: (address: string) => Promise<void>,
) => {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
};

const refusal = async (brokers: readonly string[]): Promise<KnownError> => {
  try {
    (await openHistoryLog(brokers)).close();
  } catch (error) {
    if (error instanceof KnownError) return error;
    throw error;
  }
  return assert.fail('expected a KnownError');
};

describe('openHistoryLog without a broker', () => {
  it('names the address that refuses', async () => {
    const error = await refusal(['127.0.0.1:1']);
    assert.equal(error.code, 'broker-unreachable');
    assert.match(error.message, /127\.0\.0\.1:1.*ECONNREFUSED/);
  });

  it('says that something else listens there', async () => {
    await withServer(
      (socket) => socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
      async (address) => {
        assert.match((await refusal([address])).message, /does not answer as a broker/);
      },
    );
  });

  it('says that the connection was closed', async () => {
    await withServer(
      (socket) => socket.destroy(),
      async (address) => {
        assert.equal((await refusal([address])).code, 'broker-unreachable');
      },
    );
  });
});
