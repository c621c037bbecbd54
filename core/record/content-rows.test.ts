import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { keptRow, without, type KeptContent, type Offsets } from './content-columns.ts';
import { ContentRows, roomForRows } from './content-rows.ts';
import { minus, type Whole } from './whole.ts';

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }) },
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.constantFrom(2 ** 24 - 1, 2 ** 24, 2 ** 40, -(2 ** 33), 2 ** 52),
);
const value = fc.oneof(
  { weight: 40, arbitrary: step.map((by) => ({ by })) },
  { weight: 1, arbitrary: fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER) },
);
const column = fc.oneof(
  fc.constant([{ by: 0 }]),
  fc.array(
    step.map((by) => ({ by })),
    { minLength: 1, maxLength: 40 },
  ),
  fc.array(value, { minLength: 1, maxLength: 40 }),
);

/** What is drawn, again and again: several blocks of it. */
const valuesOf = (drawn: readonly (Whole | { readonly by: number })[], length: number): Whole[] => {
  let latest = 0;
  return Array.from({ length }, (_, index) => {
    const each = drawn[index % drawn.length] ?? 0;
    if (typeof each !== 'object') return each;
    const next = latest + each.by;
    return (latest = Number.isSafeInteger(next) ? next : 0);
  });
};

const rowsOf = fc
  .record({
    places: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 }),
    committedBetween: column,
    committedAfter: column,
    end: column,
    logStart: column,
    beyondEnd: column,
    length: fc.integer({ min: 1, max: 700 }),
  })
  .map(({ places, length, ...drawn }) => {
    const columns = {
      committedBetween: valuesOf(drawn.committedBetween, length),
      committedAfter: valuesOf(drawn.committedAfter, length),
      end: valuesOf(drawn.end, length),
      logStart: valuesOf(drawn.logStart, length),
      beyondEnd: valuesOf(drawn.beyondEnd, length),
    };
    let place = -1;
    return Array.from({ length }, (_, index) => ({
      place: (place += index === 0 ? 1 : (places[index % places.length] ?? 1)),
      content: {
        committedBetween: columns.committedBetween[index] ?? 0,
        committedAfter: columns.committedAfter[index] ?? 0,
        end: columns.end[index] ?? 0,
        logStart: columns.logStart[index] ?? 0,
        beyondEnd: columns.beyondEnd[index] ?? 0,
        marks: index % 3 === 0 ? without.logStart : 0,
      } satisfies KeptContent,
    }));
  });

const plus = (one: Whole, other: Whole): Whole => minus(one, minus(0, other));

describe('rows of contents', () => {
  it('give back every value, however far apart neighbours are', () => {
    fc.assert(
      fc.property(rowsOf, fc.nat(), fc.nat(), (given, one, other) => {
        const rows = new ContentRows(roomForRows());
        for (const { place, content } of given) {
          rows.push(place, content);
          assert.ok(rows.isNewest(keptRow(content), 0));
          assert.deepEqual(rows.newest, content);
          assert.ok(!rows.isNewest(keptRow({ ...content, logStart: plus(content.logStart, 1) }), 0));
        }
        assert.equal(rows.length, given.length);
        const [from = 0, to = 0] = [one, other].map((at) => at % (given.length + 1)).sort((a, b) => a - b);
        const part = given.slice(from, to);
        const unpacked = rows.unpacked(from, to);
        const assertSame = (seen: Offsets, expected: (content: KeptContent) => Whole): void =>
          assert.deepEqual(
            Array.from(seen),
            part.map(({ content }) => expected(content)),
          );
        assertSame(unpacked.committedAfter, (content) => content.committedAfter);
        assertSame(unpacked.committedBefore, (content) =>
          minus(content.committedAfter, content.committedBetween),
        );
        assertSame(unpacked.end, (content) => content.end);
        assertSame(unpacked.highWatermark, (content) => plus(content.end, content.beyondEnd));
        assertSame(unpacked.logStart, (content) => content.logStart);
        assertSame(unpacked.marks, (content) => content.marks);
        assert.deepEqual(
          Array.from(rows.places(from, to)),
          part.map(({ place }) => place),
        );
      }),
    );
  });

  it('are found by any sample that they stand for', () => {
    fc.assert(
      fc.property(rowsOf, (given) => {
        const rows = new ContentRows(roomForRows());
        for (const { place, content } of given) rows.push(place, content);
        const end = (given.at(-1)?.place ?? 0) + 2;
        for (let sample = 0; sample < end; sample += 1)
          assert.equal(
            rows.rowOf(sample),
            given.findLastIndex(({ place }) => place <= sample),
          );
      }),
      { numRuns: 20 },
    );
  });

  it('take some bits each where they rise slowly, and share their room', () => {
    const room = roomForRows();
    const tables = Array.from({ length: 10 }, () => new ContentRows(room));
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 20_000; index += 1)
      for (const [partition, rows] of tables.entries())
        rows.push(index, {
          committedBetween: 0,
          committedAfter: index * 7 + ((index + partition) % 3),
          end: index * 8 + 5_000_000_000,
          logStart: 3,
          beyondEnd: 0,
          marks: without.highWatermark,
        });
    const bytesPerRow = (process.memoryUsage().arrayBuffers - before) / 200_000;
    assert.ok(bytesPerRow < 2.5, `${bytesPerRow} bytes`);
  });
});
