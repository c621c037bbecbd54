import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { editedLine, lineEdits } from '../../fixtures/edited-lines.ts';
import { journalEntrySchema, type JournalEntry } from './journal-entry.ts';
import { journalLine } from './journal-line.ts';
import { SeriesScanner } from './scan-series.ts';

const scanner = new SeriesScanner();

/** With the bytes of another line behind it, as they stand in a file. */
const scanned = (line: string): JournalEntry | undefined => {
  const bytes = Buffer.from(`x${line}\n{"kind":"gap"}`);
  return scanner.scan(bytes, 1, bytes.indexOf('\n'));
};

const parsed = (line: string): JournalEntry | undefined => {
  try {
    return journalEntrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 100_000 }),
  fc.integer({ min: 0, max: 9_000_000_000 }).map((each) => each / 1000),
);
const points = fc.record({
  kind: fc.constant('points' as const),
  points: fc.array(fc.tuple(fc.nat(50), value, value), { maxLength: 5 }),
});
const window = fc.record(
  {
    kind: fc.constant('window' as const),
    series: fc.nat(50),
    fromMs: value,
    toMs: value,
    schema: fc.integer({ min: -4, max: 8 }),
    scale: fc.constantFrom(1000, 0.001, 0, -1),
    count: value,
    sum: value,
    zeroCount: value,
    buckets: fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), value), { maxLength: 5 }),
  },
  { requiredKeys: ['kind', 'series', 'fromMs', 'toMs', 'schema', 'count', 'sum', 'zeroCount', 'buckets'] },
);
const lines = fc.oneof(points, window).map((entry) => journalLine(entry as JournalEntry).trimEnd());

describe('a scanned line of a series', () => {
  it('is what parsing gives, of every line that the writer writes', () => {
    fc.assert(
      fc.property(lines, (line) => {
        assert.deepEqual(scanned(line), parsed(line), line);
      }),
      { numRuns: 1000 },
    );
  });

  it('is what parsing gives or nothing, of a line in which anything was changed', () => {
    fc.assert(
      fc.property(lines, lineEdits, (line, edits) => {
        const changed = editedLine(line, edits);
        if (changed === undefined) return;
        const found = scanned(changed);
        if (found !== undefined) assert.deepEqual(found, parsed(changed), changed);
      }),
      { numRuns: 2000 },
    );
  });
});
