import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import * as fc from 'fast-check';
import snappy from 'snappyjs';
import { usedHistograms } from './k6-series.ts';
import { decodeRemoteWrite, type PushedSeries } from './remote-write-decode.ts';

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
      const { zeroCount, schema, count, sum } = series.reading.histogram;
      assert.deepEqual(
        { zeroCount, schema, count, sum },
        { zeroCount: 2 + 3, schema: 3, count: 99, sum: 12.5 },
      );
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

test('of a histogram that is not used only its count and time are read, and of all others everything', () => {
  const whole = decodeRemoteWrite(push);
  const read = decodeRemoteWrite(push, usedHistograms());
  const unread = whole.filter(({ name, reading }) => reading.kind === 'histogram' && !usedHistograms()(name));
  assert.ok(unread.length >= 6);
  assert.deepEqual(
    read,
    whole.map((series): PushedSeries =>
      unread.includes(series) && series.reading.kind === 'histogram'
        ? { ...series, reading: { kind: 'unread', count: series.reading.histogram.count } }
        : series,
    ),
  );
});

test('a histogram that comes before its name is read', () => {
  const named = label('__name__', 'k6_http_req_waiting_seconds');
  const counted = message(4, (histogram) => histogram.tag(1, WireType.Varint).uint64(7));
  const kinds = [
    [named, counted],
    [counted, named],
  ].map((parts) => decodeRemoteWrite(bodyOf(...parts), usedHistograms())[0]?.reading.kind);
  assert.deepEqual(kinds, ['unread', 'histogram']);
});

test('a body that ends anywhere but between two series is refused, whether what is cut is used or not', () => {
  const plain = snappy.uncompress(new Uint8Array(push));
  const ends = new Set<number>([0]);
  for (const reader = new BinaryReader(plain); reader.pos < reader.len; ends.add(reader.pos)) {
    const [field, wireType] = reader.tag();
    reader.skip(wireType, field);
  }
  for (let length = 0; length < plain.length; length += 13) {
    if (ends.has(length)) continue;
    const cut = snappy.compress(plain.subarray(0, length));
    assert.throws(() => decodeRemoteWrite(cut, usedHistograms()), `cut at ${length}`);
    assert.throws(() => decodeRemoteWrite(cut), `cut at ${length}`);
  }
});

test('what an unused histogram holds has to end where it says', () => {
  const part =
    (length: number): ((writer: BinaryWriter) => void) =>
    (writer) => {
      writer.tag(12, WireType.LengthDelimited).uint32(length).raw(Uint8Array.of(2, 2));
    };
  const name = label('__name__', 'k6_http_req_waiting_seconds');
  assert.equal(decodeRemoteWrite(bodyOf(name, message(4, part(2))), usedHistograms()).length, 1);
  for (const isUsed of [usedHistograms(), () => true])
    assert.throws(() => decodeRemoteWrite(bodyOf(name, message(4, part(3))), isUsed), RangeError);
});

test('a span that claims more buckets than were counted is refused at once', () => {
  // Also one that claims what the span before it has had.
  for (const lengths of [[0xff_ff_ff_ff], [1, 2]]) {
    const spans = message(4, (histogram) => {
      for (const length of lengths)
        message(11, (span) => span.tag(2, WireType.Varint).uint32(length))(histogram);
      for (const delta of lengths) histogram.tag(12, WireType.Varint).sint64(Math.min(delta, 3));
    });
    assert.throws(
      () => decodeRemoteWrite(bodyOf(label('__name__', 'k6_wait'), spans)),
      /longer than its counts/,
    );
  }
});

test('leaves out buckets without a count and series without a name, and takes the newest of several samples', () => {
  const histogram = message(4, (writer) => {
    message(11, (span) => span.tag(2, WireType.Varint).uint32(4))(writer);
    for (const delta of [2, -2, 1, -2]) writer.tag(12, WireType.Varint).sint64(delta);
  });
  const [first] = decodeRemoteWrite(bodyOf(label('__name__', 'k6_wait'), histogram));
  assert.ok(first?.reading.kind === 'histogram');
  assert.deepEqual(first.reading.histogram.buckets, [
    [0, 2],
    [2, 1],
  ]);
  const sample = (value: number, atMs: number) =>
    message(2, (writer) => {
      writer.tag(1, WireType.Bit64).double(value);
      writer.tag(2, WireType.Varint).int64(atMs);
    });
  assert.deepEqual(decodeRemoteWrite(bodyOf(label('status', '200'), sample(1, 5))), []);
  assert.deepEqual(decodeRemoteWrite(bodyOf(label('__name__', 'k6_vus'))), []);
  const samples = [sample(7, 20), sample(3, 10)];
  for (const inOrder of [samples, samples.toReversed()]) {
    const [series] = decodeRemoteWrite(bodyOf(label('__name__', 'k6_vus'), ...inOrder));
    assert.deepEqual([series?.timestampMs, series?.reading], [20, { kind: 'number', value: 7 }]);
  }
});

test('what a later version of the format adds is passed over, wherever it stands', () => {
  const added: Part = (writer) => writer.tag(90, WireType.Bit64).double(5);
  const writer = new BinaryWriter();
  // The metadata of metrics, in a field beside the series.
  message(3, (metadata) => message(1, (inner) => inner.tag(1, WireType.Varint).uint32(1))(metadata))(writer);
  message(1, (series) => {
    message(1, (name) => {
      name.tag(1, WireType.LengthDelimited).string('__name__');
      name.tag(2, WireType.LengthDelimited).string('k6_vus');
      name.tag(3, WireType.LengthDelimited).string('another');
    })(series);
    message(2, (sample) => {
      sample.tag(1, WireType.Bit64).double(7);
      sample.tag(2, WireType.Varint).int64(20);
      added(sample);
    })(series);
    added(series);
  })(writer);
  added(writer);
  assert.deepEqual(
    decodeRemoteWrite(snappy.compress(writer.finish())).map((series) => ({
      ...series,
      labels: { ...series.labels },
    })),
    [{ name: 'k6_vus', labels: {}, timestampMs: 20, reading: { kind: 'number', value: 7 } }],
  );
});

test('a label may have any name', () => {
  const vus = message(2, (writer) => writer.tag(1, WireType.Bit64).double(1));
  const [series] = decodeRemoteWrite(bodyOf(label('__name__', 'k6_vus'), label('__proto__', 'x'), vus));
  assert.deepEqual(Object.entries(series?.labels ?? {}), [['__proto__', 'x']]);
});

type Part = (writer: BinaryWriter) => void;

const message =
  (field: number, write: (inner: BinaryWriter) => unknown): Part =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    write(writer);
    writer.join();
  };

const label = (name: string, value: string): Part =>
  message(1, (writer) => {
    writer.tag(1, WireType.LengthDelimited).string(name);
    writer.tag(2, WireType.LengthDelimited).string(value);
  });

/** A push of one series. */
const bodyOf = (...parts: readonly Part[]): Uint8Array => {
  const writer = new BinaryWriter();
  message(1, (series) => parts.forEach((write) => write(series)))(writer);
  return snappy.compress(writer.finish());
};

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
      histogram.tag(1, WireType.Varint).uint64(99);
      histogram.tag(3, WireType.Bit64).double(12.5);
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
