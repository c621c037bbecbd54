import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import snappy from 'snappyjs';
import type { Histogram } from '../record/histogram.ts';

/** The newest reading of one series in a push; times are wall clock, ms since the epoch. */
export type PushedSeries = {
  /** Value of the label `__name__`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampMs: number;
  readonly reading:
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'histogram'; readonly histogram: Histogram }
    /** Of a histogram that nobody asked for, how many values are in it. */
    | { readonly kind: 'unread'; readonly count: number };
};

/** Of which series, by the name as pushed, histograms are read whole. */
export type IsUsedHistogram = (pushed: string) => boolean;

/** Largest body after decompression, in bytes; a push of k6 has a few thousand. */
export const maxPlainBytes = 64 * 1024 * 1024;

/**
 * Reads a Prometheus remote-write 1.0 body: a snappy block around
 *
 *     WriteRequest  { 1: TimeSeries*, … }
 *     TimeSeries    { 1: Label*, 2: Sample*, 4: Histogram*, … }
 *     Label         { 1: name, 2: value }
 *     Sample        { 1: double value, 2: int64 timestamp }
 *     Histogram     { 1: count, 3: double sum, 4: sint32 schema, 6: zero count,
 *                     8: negative spans, 9: negative deltas, 11: positive spans, 12: positive deltas, 15: timestamp }
 *     BucketSpan    { 1: sint32 offset, 2: uint32 length }
 *
 * Fields not named here are skipped. Series without a name or without a reading are left out.
 * The buckets of a series that is not used are skipped too, where its labels come before them; that they end where they say is
 * still looked at.
 * Throws on anything that is not such a body.
 */
export const decodeRemoteWrite = (body: Uint8Array, isUsed: IsUsedHistogram = () => true): PushedSeries[] => {
  const reader = new BinaryReader(snappy.uncompress(new Uint8Array(body), maxPlainBytes));
  const pushed: PushedSeries[] = [];
  eachField(reader, (field) => {
    if (field !== 1) return false;
    const series = readSeries(message(reader), isUsed);
    if (series !== undefined) pushed.push(series);
    return true;
  });
  return pushed;
};

const readSeries = (reader: BinaryReader, isUsed: IsUsedHistogram): PushedSeries | undefined => {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>;
  let name: string | undefined;
  let newest: Pick<PushedSeries, 'timestampMs' | 'reading'> | undefined;
  const take = (candidate: Pick<PushedSeries, 'timestampMs' | 'reading'>): true => {
    if (newest === undefined || candidate.timestampMs >= newest.timestampMs) newest = candidate;
    return true;
  };
  eachField(reader, (field) => {
    if (field === 1) {
      const label = readLabel(message(reader));
      if (label.name === '__name__') name = label.value;
      else labels[label.name] = label.value;
      return true;
    }
    if (field === 2) return take(readSample(message(reader)));
    if (field === 4) {
      const isSkipped = name !== undefined && !isUsed(name);
      return take(isSkipped ? skipHistogram(message(reader)) : readHistogram(message(reader)));
    }
    return false;
  });
  return name === undefined || newest === undefined ? undefined : { name, labels, ...newest };
};

const readLabel = (reader: BinaryReader): { name: string; value: string } => {
  const label = { name: '', value: '' };
  eachField(reader, (field) => {
    if (field === 1) label.name = reader.string();
    else if (field === 2) label.value = reader.string();
    else return false;
    return true;
  });
  return label;
};

const readSample = (reader: BinaryReader): Pick<PushedSeries, 'timestampMs' | 'reading'> => {
  let value = 0;
  let timestampMs = 0;
  eachField(reader, (field) => {
    if (field === 1) value = reader.double();
    else if (field === 2) timestampMs = Number(reader.int64());
    else return false;
    return true;
  });
  return { timestampMs, reading: { kind: 'number', value } };
};

type Span = { readonly offset: number; readonly length: number };

const readHistogram = (reader: BinaryReader): Pick<PushedSeries, 'timestampMs' | 'reading'> => {
  const plain = { count: 0, sum: 0, schema: 0, zeroCount: 0, timestampMs: 0 };
  const positive: { spans: Span[]; deltas: number[] } = { spans: [], deltas: [] };
  const negativeDeltas: number[] = [];
  eachField(reader, (field, wireType) => {
    if (field === 1) plain.count = Number(reader.uint64());
    else if (field === 3) plain.sum = reader.double();
    else if (field === 4) plain.schema = reader.sint32();
    else if (field === 6) plain.zeroCount = Number(reader.uint64());
    else if (field === 9) readDeltas(reader, wireType, negativeDeltas);
    else if (field === 11) positive.spans.push(readSpan(message(reader)));
    else if (field === 12) readDeltas(reader, wireType, positive.deltas);
    else if (field === 15) plain.timestampMs = Number(reader.int64());
    else return false;
    return true;
  });
  const { timestampMs, ...numbers } = plain;
  const belowZero = runningSums(negativeDeltas).reduce((sum, count) => sum + count, 0);
  const histogram = {
    ...numbers,
    // The record's histograms know no negative buckets: what is below zero counts as zero.
    zeroCount: numbers.zeroCount + belowZero,
    buckets: bucketsOf(positive.spans, positive.deltas),
  };
  return { timestampMs, reading: { kind: 'histogram', histogram } };
};

const skipHistogram = (reader: BinaryReader): Pick<PushedSeries, 'timestampMs' | 'reading'> => {
  let count = 0;
  let timestampMs = 0;
  eachField(reader, (field) => {
    if (field === 1) count = Number(reader.uint64());
    else if (field === 15) timestampMs = Number(reader.int64());
    else return false;
    return true;
  });
  return { timestampMs, reading: { kind: 'unread', count } };
};

const readSpan = (reader: BinaryReader): Span => {
  const span = { offset: 0, length: 0 };
  eachField(reader, (field) => {
    if (field === 1) span.offset = reader.sint32();
    else if (field === 2) span.length = reader.uint32();
    else return false;
    return true;
  });
  return span;
};

/** Bucket counts are stored as differences from one bucket to the next, packed or one field each. */
const readDeltas = (reader: BinaryReader, wireType: WireType, deltas: number[]): void => {
  if (wireType !== WireType.LengthDelimited) {
    deltas.push(Number(reader.sint64()));
    return;
  }
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) deltas.push(Number(reader.sint64()));
};

/** A span's offset counts from the end of the one before; the first one's from bucket 0. */
const bucketsOf = (spans: readonly Span[], deltas: readonly number[]): [number, number][] => {
  const counts = runningSums(deltas);
  const buckets: [number, number][] = [];
  let index = 0;
  let next = 0;
  for (const { offset, length } of spans) {
    index += offset;
    if (length > counts.length - next) throw new RangeError('a bucket span is longer than its counts');
    for (let i = 0; i < length; i += 1, index += 1, next += 1) {
      const count = counts[next] ?? 0;
      if (count > 0) buckets.push([index, count]);
    }
  }
  return buckets;
};

const runningSums = (deltas: readonly number[]): number[] => {
  let sum = 0;
  return deltas.map((delta) => (sum += delta));
};

const message = (reader: BinaryReader): BinaryReader => new BinaryReader(reader.bytes());

/** Goes through the fields of a message; `read` answers false for a field that it leaves to be skipped. */
const eachField = (reader: BinaryReader, read: (field: number, wireType: WireType) => boolean): void => {
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (!read(field, wireType)) reader.skip(wireType, field);
  }
};
