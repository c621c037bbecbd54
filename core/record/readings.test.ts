import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { JournalEntry } from './journal-entry.ts';
import { collectOffsets } from './offset-collection.ts';
import { readingLine, readingReader } from './reading-reader.ts';
import { readingWriter } from './reading-writer.ts';
import { ReadingScanner } from './scan-reading.ts';
import { inBlocks, type PlacedSample } from './offset-samples.ts';
import type { OffsetSample } from './run-record.ts';

type Place = { readonly group: string; readonly topic: string; readonly partition: number };
type Tick = readonly (readonly [Place, Partial<OffsetSample>])[];

const at = (tick: number) => ({
  fromMs: tick * 1000,
  endSentMs: tick * 1000 + 1,
  endReceivedMs: tick * 1000 + 2,
  toMs: tick * 1000 + 3,
});
const still = { committedBefore: 5n, committedAfter: 5n, end: 9n, logStart: 0n };

const observe = (ticks: readonly Tick[]): PlacedSample[][] =>
  ticks.map((tick, index) =>
    tick.map(([place, sample]) => ({ ...place, sample: { ...at(index), ...still, ...sample } })),
  );

const write = (ticks: readonly Tick[]): JournalEntry[] => {
  const writer = readingWriter();
  const text = observe(ticks)
    .flatMap((seen) => [...writer(inBlocks(seen))])
    .join('');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);
};

const keyOf = ({ group, topic, partition }: Place): string => `${group} ${topic} ${partition}`;

/** From the bytes as far as that goes, but for those of which a number of the list says so: by parsing. */
const read = (
  lines: readonly JournalEntry[],
  parsed: readonly number[] = [],
): Map<string, OffsetSample[]> => {
  const offsets = collectOffsets();
  const reader = readingReader(offsets);
  const scanner = new ReadingScanner();
  for (const [index, entry] of lines.entries()) {
    if (entry.kind === 'partitions') reader.introduce(entry);
    if (entry.kind !== 'reading') continue;
    const bytes = Buffer.from(JSON.stringify(entry));
    const scanned = parsed.includes(index) ? undefined : scanner.scan(bytes, 0, bytes.length);
    reader.read(scanned ?? readingLine(entry));
  }
  reader.pause();
  return new Map(offsets.read().map((history) => [keyOf(history), [...history.samples]]));
};

const expected = (ticks: readonly Tick[]): Map<string, OffsetSample[]> => {
  const samples = new Map<string, OffsetSample[]>();
  for (const seen of observe(ticks).flat())
    samples.set(keyOf(seen), [...(samples.get(keyOf(seen)) ?? []), seen.sample]);
  return samples;
};

const place = (partition: number): Place => ({ group: 'billing', topic: 'orders', partition });

const offset = fc.bigInt({ min: 0n, max: 3n });
const sample = fc.record(
  {
    committedBefore: fc.option(offset),
    committedAfter: fc.option(offset),
    end: offset,
    logStart: fc.option(offset),
    highWatermark: offset,
    isMarkersOnly: fc.constant(true as const),
    isCompacted: fc.constant(true as const),
    isAdded: fc.constant(true as const),
    groupState: fc.constantFrom('empty' as const, 'rebalancing' as const),
  },
  { requiredKeys: ['committedBefore', 'committedAfter', 'end', 'logStart'] },
);
const places = fc.record({
  group: fc.constantFrom('billing', 'audit'),
  topic: fc.constantFrom('orders', 'refunds'),
  partition: fc.nat(2),
});
const ticks = fc.array(
  fc
    .uniqueArray(fc.tuple(places, sample), { selector: ([where]) => keyOf(where), maxLength: 6 })
    .filter((tick) => tick.length > 0),
  { minLength: 1, maxLength: 12 },
);

describe('readings that name only what changed', () => {
  it('come back as they were seen, whatever came, went and changed', () => {
    fc.assert(
      fc.property(ticks, fc.array(fc.nat(12)), (given, parsed) =>
        assert.deepEqual(read(write(given), parsed), expected(given)),
      ),
    );
  });

  it('come back where for long nothing but offsets moved, and then something else did', () => {
    const steps = fc.array(
      fc.array(fc.record({ added: fc.nat(2), done: fc.nat(1), isRare: fc.nat(12) }), {
        minLength: 3,
        maxLength: 3,
      }),
      { minLength: 10, maxLength: 150 },
    );
    fc.assert(
      fc.property(steps, fc.array(fc.nat(150), { maxLength: 2 }), (given, parsed) => {
        const offsets = [0, 1, 2].map(() => ({ committed: 5n, end: 9n, logStart: 0n }));
        const moved = given.map((tick): Tick =>
          tick.flatMap(({ added, done, isRare }, partition): Tick => {
            const of = offsets[partition] as (typeof offsets)[number];
            of.end += BigInt(added);
            of.committed += BigInt(done);
            if (isRare === 1) of.logStart += 1n;
            // Once in a while a partition is not read.
            if (isRare === 2) return [];
            const { committed, end, logStart } = of;
            return [
              [place(partition), { committedBefore: committed, committedAfter: committed, end, logStart }],
            ];
          }),
        );
        const ticks = moved.filter((tick) => tick.length > 0);
        assert.deepEqual(read(write(ticks), parsed), expected(ticks));
      }),
      { numRuns: 50 },
    );
  });

  it('give nothing that was not seen where any line of them is lost', () => {
    fc.assert(
      fc.property(ticks, fc.nat(), (given, lost) => {
        const lines = write(given);
        const left = lines.filter((_, index) => index !== lost % lines.length);
        const truth = expected(given);
        for (const [key, samples] of read(left))
          for (const each of samples)
            assert.deepEqual(
              each,
              truth.get(key)?.find(({ fromMs }) => fromMs === each.fromMs),
            );
      }),
    );
  });

  it('grow by what changes: two of a thousand partitions are a line of two', () => {
    const all = Array.from({ length: 1000 }, (_, partition): Tick[number] => [place(partition), {}]);
    const moved = all.map(([where], index): Tick[number] => [where, index < 2 ? { end: 10n } : {}]);
    const [, first, second, third] = write([all, moved, moved]);
    assert.ok(first?.kind === 'reading' && first.changed.length === 1000);
    assert.ok(second?.kind === 'reading' && second.changed.length === 2);
    assert.ok(third?.kind === 'reading' && third.changed.length === 0);
  });

  it('are whole again once as much was written as that takes', () => {
    const tick = (end: bigint): Tick =>
      [0, 1, 2, 3].map((partition) => [place(partition), partition < 2 ? { end } : {}]);
    const lines = write([10n, 11n, 12n, 13n, 14n].map(tick)).filter((line) => line.kind === 'reading');
    assert.deepEqual(
      lines.map(({ whole, changed }) => [whole === true, changed.length]),
      [
        [true, 4],
        [false, 2],
        [false, 2],
        [true, 4],
        [false, 2],
      ],
    );
  });
});
