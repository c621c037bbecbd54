import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { editedLine, lineEdits } from '../../fixtures/edited-lines.ts';
import { inReadings, offsetHistories } from '../../fixtures/offset-histories.ts';
import { keptLength } from './content-columns.ts';
import { journalEntrySchema } from './journal-entry.ts';
import { readingLine, type ReadingLine } from './reading-reader.ts';
import { inBlocks } from './offset-samples.ts';
import { readingWriter } from './reading-writer.ts';
import { ReadingScanner } from './scan-reading.ts';

const scanner = new ReadingScanner();

/** With the bytes of another line behind it, as they stand in a file. */
const scanReading = (line: string): ReadingLine | undefined => {
  const bytes = Buffer.from(`x${line}\n{"kind":"gap"}`);
  const end = bytes.indexOf('\n');
  const scanned = scanner.scan(bytes, 1, end);
  if (scanned === undefined) return undefined;
  const { changed, changedCount } = scanned;
  const contents = Array.from(changed.contents.slice(0, changedCount * keptLength));
  return { ...scanned, changed: { ids: Array.from(changed.ids.slice(0, changedCount)), contents } };
};

/** As the reader of any line of a journal has it. */
const parsed = (line: string): ReadingLine | undefined => {
  try {
    const entry = journalEntrySchema.safeParse(JSON.parse(line)).data;
    return entry?.kind === 'reading' ? readingLine(entry) : undefined;
  } catch {
    return undefined;
  }
};

const written = (base: readonly bigint[]) =>
  offsetHistories
    .filter(([history]) => base.includes((history?.samples[0]?.end ?? 0n) >> 50n))
    .map((histories) => {
      const write = readingWriter();
      return inReadings(histories)
        .flatMap((reading) => [...write(inBlocks(reading))].join('').trimEnd().split('\n'))
        .filter((line) => line.startsWith('{"kind":"reading"'));
    });
const lines = written([0n]);

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

  it('is what parsing gives, however near a change comes to the usual form', () => {
    const digits = fc
      .tuple(
        fc.constantFrom('', '0', '00', '7', '12', '123456789', '1234567890', '1234567890123456'),
        fc.nat(9),
      )
      .map(([front, last]) => `${front}${last}`);
    const offset = fc.oneof(
      digits.map((text) => `"${text}"`),
      fc.constantFrom('null', '""', '"-1"', '"1x"', '1'),
    );
    const change = fc
      .tuple(
        fc.oneof(fc.nat(300).map(String), digits),
        offset,
        offset,
        fc.option(offset, { freq: 2 }),
        offset,
      )
      .map(
        ([id, committed, end, again, logStart]) =>
          `[${[id, committed, end, again ?? committed, logStart].join(',')}]`,
      );
    const times = '"fromMs":1,"endSentMs":2,"endReceivedMs":3,"toMs":4';
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), (changes, isCut) => {
        const line = `{"kind":"reading","number":3,${times},"changed":[${changes.join(',')}${isCut ? '' : ']}'}`;
        const scanned = scanReading(line);
        if (scanned !== undefined) assert.deepEqual(scanned, parsed(line));
      }),
      { numRuns: 1000 },
    );
  });

  it('is left to parsing where an offset is beyond what a number holds for certain', () => {
    fc.assert(
      fc.property(written([7n, 8n, 2n ** 10n]), ([first = '']) => {
        assert.equal(scanReading(first), undefined, first);
        assert.ok(parsed(first));
      }),
      { numRuns: 20 },
    );
  });

  it('is what parsing gives or nothing, of a line in which anything was changed', () => {
    fc.assert(
      fc.property(lines, lineEdits, (all, edits) => {
        for (const line of all) {
          const changed = editedLine(line, edits);
          if (changed === undefined) continue;
          const scanned = scanReading(changed);
          if (scanned !== undefined) assert.deepEqual(scanned, parsed(changed), changed);
        }
      }),
    );
  });
});
