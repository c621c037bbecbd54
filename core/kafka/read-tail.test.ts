import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readHeads } from './batch-head.ts';
import type { BrokerLink } from './broker-link.ts';
import { ByteReader } from './bytes.ts';
import type { Cluster } from './cluster.ts';
import { readTails } from './read-tail.ts';

/** 900 records from offset 0 on, as a broker gave them. */
const batch = readFileSync(new URL('../../fixtures/kafka/lz4-batches.bin', import.meta.url));
const [head] = readHeads(batch);
assert.ok(head?.times?.firstMs != null);
const { firstMs, maxMs } = head.times;

/** The same as markers from an offset on. */
const marker = (offset: bigint): Buffer => {
  const copy = Buffer.from(batch);
  copy.writeBigInt64BE(offset, 0);
  copy.writeInt16BE(copy.readInt16BE(21) | 32, 21);
  copy.writeInt32BE(0, 23);
  return copy;
};

type Asked = { readonly topic: string; readonly partition: number; readonly offset: bigint };
type Given = { readonly errorCode?: number; readonly bytes?: Buffer };

const number = (value: number, bytes: 2 | 4): Buffer => {
  const field = Buffer.alloc(bytes);
  field.writeIntBE(value, 0, bytes);
  return field;
};

/** A cluster of one broker that answers Fetch by hand: v4, field by field as in Kafka's message schemas. */
const clusterOf = (answer: (asked: Asked) => Given) => {
  const requests: Asked[][] = [];
  const ask: BrokerLink['ask'] = ({ body }) => {
    const reader = new ByteReader(body);
    for (let field = 0; field < 4; field += 1) reader.int32();
    reader.int8();
    const asked = reader
      .array(() => {
        const topic = reader.string() ?? '';
        return reader.array((): Asked => {
          const [partition, offset] = [reader.int32(), reader.int64()];
          reader.int32();
          return { topic, partition, offset };
        });
      })
      .flat();
    requests.push(asked);
    return Promise.resolve(
      Buffer.concat([
        number(0, 4),
        number(asked.length, 4),
        ...asked.flatMap((each) => {
          const { errorCode = 0, bytes = Buffer.alloc(0) } = answer(each);
          const name = Buffer.from(each.topic);
          return [
            number(name.length, 2),
            name,
            number(1, 4),
            number(each.partition, 4),
            number(errorCode, 2),
            Buffer.alloc(16),
            number(0, 4),
            number(bytes.length, 4),
            bytes,
          ];
        }),
      ]),
    );
  };
  const link: BrokerLink = { ask, versionOf: () => 4, isOpen: true, close: () => Promise.resolve() };
  const partitions = [0, 1, 2].map((partition) => ({ partition, leader: 1, leaderEpoch: 0 }));
  const cluster: Cluster = {
    ask: (request) => request(link),
    askBroker: (_, request) => request(link),
    brokers: () => new Map([[1, { host: 'kafka', port: 9092 }]]),
    metadata: () =>
      Promise.resolve({
        brokers: new Map(),
        topics: [{ name: 'orders', id: undefined, isInternal: false, errorCode: 0, partitions }],
      }),
    close: () => Promise.resolve(),
  };
  return { tails: readTails(cluster), requests };
};

const orders = (partition: number, offset: bigint) => ({ topic: 'orders', partition, offset });
const topicAuthorizationFailed = 29;

describe('readTails', () => {
  it('reads the times of several partitions in one request, each for itself', async () => {
    const { tails, requests } = clusterOf(({ partition }) =>
      partition === 0
        ? { bytes: batch }
        : partition === 1
          ? { errorCode: topicAuthorizationFailed }
          : { bytes: batch.subarray(0, 30) },
    );
    const [read, denied, none] = await tails.timesAt([orders(0, 0n), orders(1, 4n), orders(2, 7n)]);
    assert.deepEqual(read, {
      topic: 'orders',
      partition: 0,
      time: { offset: 0n, lowMs: firstMs, highMs: firstMs, clock: 'producer' },
    });
    assert.deepEqual(denied, { topic: 'orders', partition: 1, reason: 'TOPIC_AUTHORIZATION_FAILED' });
    assert.deepEqual(none, { topic: 'orders', partition: 2, time: null });
    assert.deepEqual(requests, [[orders(0, 0n), orders(1, 4n), orders(2, 7n)]]);
  });

  it('gives the bounds of the head where a batch did not come whole', async () => {
    const { tails } = clusterOf(() => ({ bytes: batch.subarray(0, 200) }));
    const [read] = await tails.timesAt([orders(0, 450n)]);
    assert.ok(read !== undefined && 'time' in read);
    assert.deepEqual(read.time, { offset: 450n, lowMs: firstMs, highMs: maxMs, clock: 'producer' });
  });

  it('tells markers from messages, also behind what one answer holds', async () => {
    const of = { topic: 'orders', partition: 0 };
    const markers = clusterOf(({ offset }) => ({ bytes: marker(offset) }));
    assert.equal(await markers.tails.isMarkersOnly(of, 5n, 8n), true);
    assert.equal(markers.requests.length, 3);
    const mixed = clusterOf(({ offset }) => ({ bytes: offset < 6n ? marker(offset) : batch }));
    assert.equal(await mixed.tails.isMarkersOnly(of, 5n, 8n), false);
    const denied = clusterOf(() => ({ errorCode: topicAuthorizationFailed }));
    await assert.rejects(denied.tails.isMarkersOnly(of, 5n, 8n), /TOPIC_AUTHORIZATION_FAILED/);
  });
});
