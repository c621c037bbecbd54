import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import * as fc from 'fast-check';
import snappy from 'snappyjs';
import { decodeRemoteWrite } from './remote-write-decode.ts';

const push = readFileSync(join(import.meta.dirname, '../../fixtures/k6/remote-write-2.bin'));

test('reads counters, gauges and native histograms of a push that k6 sent', () => {
  const series = decodeRemoteWrite(push);
  const requests = series.filter(({ name }) => name === 'k6_http_reqs_total');
  assert.deepEqual(
    requests.map(({ labels }) => labels['status'] ?? '').toSorted((a, b) => a.localeCompare(b)),
    ['202', '409', '410', '500'],
  );
  const served = requests.reduce(
    (sum, { reading }) => sum + (reading.kind === 'number' ? reading.value : 0),
    0,
  );
  assert.ok(served > 1500 && served < 2100, `${served} requests after two seconds of 1000 per second`);

  const vus = series.find(({ name }) => name === 'k6_vus');
  assert.equal(vus?.reading.kind, 'number');

  for (const { name, reading } of series) {
    if (reading.kind !== 'histogram') continue;
    const { count, zeroCount, buckets } = reading.histogram;
    const inBuckets = buckets.reduce((sum, [, each]) => sum + each, zeroCount);
    assert.equal(inBuckets, count, name);
    assert.equal(reading.histogram.schema, 3);
  }
});

test('reads back any histogram, its bucket counts packed or not', () => {
  const bucket = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1000 }));
  fc.assert(
    fc.property(fc.array(bucket, { maxLength: 20 }), fc.boolean(), (steps, isPacked) => {
      let index = -60;
      const buckets = steps.map(([step, count]): [number, number] => [(index += step), count]);
      const body = snappy.compress(writeRequest(buckets, isPacked));
      const [series] = decodeRemoteWrite(body);
      assert.equal(series?.name, 'k6_wait_seconds');
      assert.equal(series.timestampMs, 1_795_393_995_221);
      assert.equal(series.reading.kind, 'histogram');
      assert.deepEqual(series.reading.histogram.buckets, buckets);
      assert.equal(series.reading.histogram.zeroCount, 2 + 3);
    }),
  );
});

test('throws an Error on a cut or damaged body, and never hangs', () => {
  const damage = fc.tuple(
    fc.integer({ min: 0, max: push.length - 1 }),
    fc.integer({ min: 0, max: 255 }),
    fc.integer({ min: 0, max: push.length }),
  );
  fc.assert(
    fc.property(damage, ([at, byte, length]) => {
      const damaged = Buffer.from(push);
      damaged[at] = byte;
      try {
        decodeRemoteWrite(damaged.subarray(0, length));
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    }),
    { numRuns: 500 },
  );
  assert.throws(() => decodeRemoteWrite(Buffer.from('not snappy at all')));
});

test('refuses a body that claims to be larger than anything k6 sends', () => {
  assert.throws(() => decodeRemoteWrite(Buffer.from([0xff, 0xff, 0xff, 0x7f, 0x00])), /too big/);
});

/** One series `k6_wait_seconds` with zero count 2, one negative bucket of 3, and the buckets given. */
const writeRequest = (buckets: readonly [number, number][], isPacked: boolean): Uint8Array => {
  const sub = (writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void => {
    writer.tag(field, WireType.LengthDelimited).fork();
    write(writer);
    writer.join();
  };
  const deltas = buckets.map(([, count], i) => count - (buckets[i - 1]?.[1] ?? 0));
  const writer = new BinaryWriter();
  sub(writer, 1, (series) => {
    sub(series, 1, (label) => {
      label.tag(1, WireType.LengthDelimited).string('__name__');
      label.tag(2, WireType.LengthDelimited).string('k6_wait_seconds');
    });
    sub(series, 4, (histogram) => {
      histogram.tag(4, WireType.Varint).sint32(3);
      histogram.tag(6, WireType.Varint).uint64(2);
      histogram.tag(9, WireType.Varint).sint64(3);
      buckets.forEach(([index], i) => {
        sub(histogram, 11, (span) => {
          span.tag(1, WireType.Varint).sint32(index - (i === 0 ? 0 : (buckets[i - 1]?.[0] ?? 0) + 1));
          span.tag(2, WireType.Varint).uint32(1);
        });
      });
      if (isPacked) sub(histogram, 12, (packed) => deltas.forEach((delta) => packed.sint64(delta)));
      else for (const delta of deltas) histogram.tag(12, WireType.Varint).sint64(delta);
      histogram.tag(15, WireType.Varint).int64(1_795_393_995_221);
      // A field of a later version of the format.
      histogram.tag(99, WireType.Varint).uint32(1);
    });
  });
  return writer.finish();
};
