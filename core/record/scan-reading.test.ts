import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inReadings, offsetHistories } from '../../fixtures/offset-histories.ts';
import { journalEntrySchema } from './journal-entry.ts';
import { readingLine, type ReadingLine } from './reading-reader.ts';
import { inBlocks } from './offset-samples.ts';
import { readingWriter } from './reading-writer.ts';
import { scanReading } from './scan-reading.ts';

/** As the reader of any line of a journal has it. */
const parsed = (line: string): ReadingLine | undefined => {
  try {
    const entry = journalEntrySchema.safeParse(JSON.parse(line)).data;
    return entry?.kind === 'reading' ? readingLine(entry) : undefined;
  } catch {
    return undefined;
  }
};

const lines = offsetHistories.map((histories) => {
  const write = readingWriter();
  return inReadings(histories)
    .flatMap((reading) => [...write(inBlocks(reading))].join('').trimEnd().split('\n'))
    .filter((line) => line.startsWith('{"kind":"reading"'));
});

describe('a scanned reading', () => {
  it('is what parsing gives, of every line that the writer writes', () => {
    fc.assert(
      fc.property(lines, (all) => {
        for (const line of all) {
          const scanned = scanReading(line);
          assert.ok(scanned, line);
          assert.deepEqual(scanned, parsed(line));
        }
      }),
    );
  });

  it('is what parsing gives or nothing, of a line in which anything was changed', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      removed: fc.nat(3),
      put: fc.oneof(
        fc.constantFrom(
          '',
          '0',
          '-',
          '1.5',
          '1e3',
          ',',
          '"',
          ']',
          '[',
          '}',
          'null',
          '\\u0061',
          ' ',
          'x',
          '99999999999999999',
        ),
        fc.string({ maxLength: 2 }),
      ),
    });
    fc.assert(
      fc.property(lines, fc.array(edit, { minLength: 1, maxLength: 3 }), (all, edits) => {
        for (const line of all) {
          const changed = edits.reduce((text, { at, removed, put }) => {
            const from = Math.floor(at * text.length);
            return text.slice(0, from) + put + text.slice(from + removed);
          }, line);
          const scanned = scanReading(changed);
          if (scanned !== undefined) assert.deepEqual(scanned, parsed(changed), changed);
        }
      }),
    );
  });
});
