import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { buildRecord } from '../../fixtures/build-record.ts';
import { inReadings, offsetHistories } from '../../fixtures/offset-histories.ts';
import { plainSeries } from '../../fixtures/plain-series.ts';
import { readJournalLines } from './journal-lines.ts';
import { recordBuilder } from './journal-reader.ts';
import { inBlocks } from './offset-samples.ts';
import { readingWriter } from './reading-writer.ts';
import { recordTimesLines } from './record-times-lines.ts';
import type { RunRecord } from './run-record.ts';

let path = '';
before(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'lagline-forms-')), 'run.jsonl');
});
after(() => rm(join(path, '..'), { recursive: true, force: true }));

const { schemaVersion, runId, startedAt, plan, environment } = buildRecord();
const header = { kind: 'header', schemaVersion, runId, startedAt, plan, environment };
const series = [
  { kind: 'series', id: 0, type: 'gauge', name: 'cpu', labels: { host: '한글' }, unit: 'percent' },
  { kind: 'series', id: 1, type: 'counter', name: 'http_reqs', labels: {}, unit: 'count' },
  { kind: 'series', id: 2, type: 'distribution', name: 'http_req_duration', labels: {}, unit: 'ms' },
];

const number = fc.oneof(
  fc.integer({ min: -3, max: 20_000 }),
  fc.nat(100_000).map((cents) => cents / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const id = fc.integer({ min: 0, max: 3 });
const points = fc.record({
  kind: fc.constant('points'),
  points: fc.array(fc.tuple(id, number, number), { maxLength: 4 }),
});
const window = fc.record(
  {
    kind: fc.constant('window'),
    series: id,
    fromMs: number,
    toMs: number,
    schema: fc.integer({ min: -4, max: 8 }),
    scale: fc.constantFrom(1000, 0.5, 0),
    count: fc.oneof(fc.nat(900), number),
    sum: number,
    zeroCount: fc.oneof(fc.nat(9), number),
    buckets: fc.array(fc.tuple(fc.integer({ min: -900, max: 900 }), fc.oneof(fc.nat(900), number)), {
      maxLength: 6,
    }),
  },
  { requiredKeys: ['kind', 'series', 'fromMs', 'toMs', 'schema', 'count', 'sum', 'zeroCount', 'buckets'] },
);
const readings = offsetHistories.map((histories) => {
  const write = readingWriter();
  return inReadings(histories).map((reading): string[] => {
    const blocks = inBlocks(reading);
    const told = [...write(blocks)].join('').trimEnd().split('\n');
    return [...told, ...recordTimesLines(blocks).map((entry) => JSON.stringify(entry))];
  });
});
/** Readings in between of the kind that earlier versions wrote. */
const earlier = fc.record({
  kind: fc.constant('offsets'),
  group: fc.constant('issuer'),
  topic: fc.constant('coupons'),
  fromMs: number,
  endSentMs: number,
  endReceivedMs: number,
  toMs: number,
  partitions: fc.array(
    fc.tuple(
      fc.nat(2),
      fc.constantFrom('3', null),
      fc.constantFrom('7', '9'),
      fc.constant('4'),
      fc.constant(null),
    ),
    { maxLength: 3 },
  ),
});

/** What a line may be like that the writer does not write, or that something was done to. */
const form = fc.oneof(
  { weight: 30, arbitrary: fc.constant((line: string) => [line]) },
  fc.constantFrom(
    () => [],
    (line: string) => [line, line],
    (line: string) => [`${line}\r`],
    (line: string) => ['', line, ' '],
    (line: string) => [JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', ' ')],
    (line: string) => [JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', '\r')],
    (line: string) => [JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse()))],
    (line: string) => [JSON.stringify({ ...JSON.parse(line), later: [1, { two: 3 }] })],
    (line: string) => [line.replace('"kind"', '"\\u006bind"')],
    (line: string) => [line.replace('"reading"', '"\\u0072eading"')],
    (line: string) => [line.replaceAll('"1', '"\\u0031')],
    (line: string) => [line.replaceAll(',"', ',"00')],
    (line: string) => [line.replace(/"(?=\d)/, '"-')],
    (line: string) => [line.replace(/\d+(?=,)/, '9007199254740993')],
    (line: string) => [line.replace(/\d+(?=")/, '123456789012345678901234567890')],
    (line: string) => [line.replace(/(?<=[[,:])\d+(?=,)/, '1e3')],
    (line: string) => [line.replace(/(?<=[[,:])\d+(?=,)/, '1e400')],
    (line: string) => [line.replace(/(?<=[[,:])\d+(?=,)/, '-0')],
    (line: string) => [line.replace(/(?<=[[,:])\d+(?=,)/, '2.5000')],
  ),
  fc
    .record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(40),
      put: fc.string({ maxLength: 2 }),
    })
    .map(({ at, removed, put }) => (line: string) => {
      const from = Math.floor(at * line.length);
      return [line.slice(0, from) + put + line.slice(from + removed)];
    }),
);

const journals = fc
  .record({
    readings,
    others: fc.array(fc.array(fc.oneof(points, points, window, window, earlier), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 20,
    }),
    hasEarlier: fc.boolean(),
    forms: fc.array(form, { minLength: 40, maxLength: 90 }),
    end: fc.constantFrom('\n', '', '{"kind":"reading","numb'),
  })
  .map(({ readings, others, hasEarlier, forms, end }) => {
    const entries = readings.flatMap((told, index) => [
      ...told,
      ...(others[index % others.length] ?? [])
        .filter(({ kind }) => hasEarlier || kind !== 'offsets')
        .map((entry) => JSON.stringify(entry)),
    ]);
    const lines = [...series.map((entry) => JSON.stringify(entry)), ...entries].flatMap(
      (line, index) => forms[index % forms.length]?.(line) ?? [],
    );
    return [JSON.stringify(header), ...lines].join('\n') + end;
  });

const listed = (record: RunRecord | undefined) =>
  record && {
    ...record,
    series: plainSeries(record.series),
    offsets: record.offsets.map((history) => ({ ...history, samples: [...history.samples] })),
  };

/** Every line through JSON.parse. */
const readSlowly = (journal: string): RunRecord | undefined => {
  const builder = recordBuilder();
  for (const line of journal.split(/[\n\r\u2028\u2029]/)) if (line !== '') builder.add(line);
  return builder.finish();
};

describe('a journal', () => {
  it('is the same from its bytes as through JSON.parse, whatever form its lines have', () => {
    fc.assert(
      fc.property(journals, (journal) => {
        const bytes = Buffer.from(journal);
        const builder = recordBuilder();
        for (let from = 0; from < bytes.length;) {
          const found = bytes.indexOf(10, from);
          const end = found === -1 ? bytes.length : found;
          builder.addBytes(bytes, from, end);
          from = end + 1;
        }
        assert.deepEqual(listed(builder.finish()), listed(readSlowly(journal)));
      }),
    );
  });

  it('is taken apart at its line ends, wherever chunks of the file end', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '한', '\r'), maxLength: 70 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.integer({ min: 1, max: 90 }),
        async (lines, chunk) => {
          await writeFile(path, lines.join('\n'));
          const seen: string[] = [];
          await readJournalLines(
            path,
            (bytes, from, end) => seen.push(bytes.toString('utf8', from, end)),
            chunk,
          );
          assert.deepEqual(seen, lines.at(-1) === '' ? lines.slice(0, -1) : lines);
        },
      ),
    );
  });
});
