import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  buildRecord,
  histogramOf,
  loadOutcome,
  integrityCounts,
  partition,
} from '../../fixtures/build-record.ts';
import { plainSeries } from '../../fixtures/plain-series.ts';
import { KnownError } from '../errors.ts';
import { readRecord, recordBuilder } from './journal-reader.ts';
import { createJournal, journalFileName, type JournalWriter } from './journal-writer.ts';
import type { Observation } from './observation.ts';
import { inBlocks } from './offset-samples.ts';
import type { OffsetSample, RunRecord } from './run-record.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lagline-journal-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const given = buildRecord({
  offsets: [
    partition(
      [
        [0, 1, 2],
        [1000, null, 4],
      ],
      { base: 2n ** 60n },
    ),
  ],
});
const [plain] = given.offsets[0]?.samples ?? [];
assert.ok(plain);
const samples = given.offsets[0]?.samples as OffsetSample[];
samples.push({
  ...plain,
  fromMs: 500,
  toMs: 504,
  highWatermark: plain.end + 3n,
  isMarkersOnly: true,
  isCompacted: true,
  recordTimes: [
    { offset: 2n ** 61n, lowMs: -500, highMs: 3.25, by: 'record-timestamp', clock: 'producer' },
    { offset: 7n, lowMs: null, highMs: 40, by: 'list-offsets', clock: null },
  ],
  groupState: 'empty',
});
const { schemaVersion, runId, startedAt, plan, environment } = given;
const header = {
  schemaVersion,
  runId,
  startedAt,
  plan,
  environment: structuredClone(environment),
} as Parameters<typeof createJournal>[1];

const offsets = (record: RunRecord): Observation[] =>
  inBlocks(
    record.offsets.flatMap(({ samples, ...place }) =>
      Array.from(samples, (sample) => ({ ...place, sample })),
    ),
  );

const counted = integrityCounts({
  attempted: 1004,
  drained: true,
  ids: { lost: ['a', 'b'], phantom: [], duplicates: [], deadLettered: ['t/0@7'] },
});
const probes: RunRecord['probes'] = [
  { id: 'audit', when: 'before', atMs: 3, source: 'GET ${AUDIT}', value: 2.5 },
  { id: 'audit', when: 'after', atMs: 19_000, source: 'GET ${AUDIT}', value: null, reason: 'null-answer' },
];

const assigned = {
  group: 'issuer',
  topic: 'coupons',
  atMs: 9,
  members: [{ member: 'a', partitions: [0, 2] }],
};

const writeAll = (journal: JournalWriter): void => {
  journal.write({ kind: 'phase', name: 'load', atMs: 0 });
  journal.observe([
    {
      kind: 'gauge',
      series: { name: 'cpu', labels: { host: '한글\u2028' }, unit: 'percent' },
      atMs: 5,
      value: 7.5,
    },
    { kind: 'counter', series: { name: 'http_reqs', labels: {}, unit: 'count' }, atMs: 6, value: 40 },
    {
      kind: 'window',
      series: { name: 'http_req_duration', labels: {}, unit: 'ms' },
      fromMs: 0,
      toMs: 1000,
      histogram: histogramOf([1, 20, 20]),
    },
    { kind: 'event', atMs: 8, name: 'rebalanced', facts: { members: 2 } },
    { kind: 'assignment', ...assigned },
  ]);
  journal.observe(offsets(given));
  journal.write({ kind: 'phase-end', name: 'load', atMs: 10_000 });
  journal.write({ kind: 'gap', source: 'kafka', fromMs: 1000, toMs: 2000, reason: 'line\u2029end' });
  journal.write({ kind: 'load', outcome: structuredClone(loadOutcome()) as never });
  journal.write({ kind: 'integrity', when: 'after', observation: { ...counted } });
  for (const probe of probes) journal.write({ kind: 'probe', ...probe });
  journal.write({ kind: 'end', atMs: 20_000, status: 'completed' });
};

const write = (name: string, fill: (journal: JournalWriter) => void): string => {
  const path = join(folder, name);
  const journal = createJournal(path, header);
  fill(journal);
  journal.close();
  return path;
};

describe('the journal', () => {
  it('gives back what was written, offsets beyond 2^53 and odd line ends included', async () => {
    const record = await readRecord(write('round-trip', writeAll));
    assert.equal(record.unreadableLines, 0);
    assert.deepEqual(
      record.offsets.map((history) => ({ ...history, samples: [...history.samples] })),
      given.offsets,
    );
    assert.equal(record.offsets[0]?.samples.at(0)?.end, 2n ** 60n + 2n);
    assert.deepEqual(plainSeries(record.series), [
      { kind: 'gauge', name: 'cpu', labels: { host: '한글\u2028' }, unit: 'percent', points: [[5, 7.5]] },
      { kind: 'counter', name: 'http_reqs', labels: {}, unit: 'count', points: [[6, 40]] },
      {
        kind: 'distribution',
        name: 'http_req_duration',
        labels: {},
        unit: 'ms',
        windows: [{ fromMs: 0, toMs: 1000, histogram: histogramOf([1, 20, 20]) }],
      },
    ]);
    assert.deepEqual(record.phases, [{ name: 'load', fromMs: 0, toMs: 10_000 }]);
    assert.deepEqual(record.gaps, [{ source: 'kafka', fromMs: 1000, toMs: 2000, reason: 'line\u2029end' }]);
    assert.deepEqual(record.events, [{ atMs: 8, name: 'rebalanced', facts: { members: 2 } }]);
    assert.deepEqual(record.assignments, [assigned]);
    assert.deepEqual(record.load, loadOutcome());
    assert.deepEqual(record.integrity, counted);
    assert.deepEqual(record.probes, probes);
    assert.deepEqual(record.end, { atMs: 20_000, status: 'completed' });
    assert.deepEqual([record.plan, record.environment], [plan, environment]);
    assert.equal(record.durationMs, 20_000);
  });

  it('loads when cut at any byte after its first line', async () => {
    const path = write('cut', writeAll);
    const whole = await readFile(join(path, journalFileName));
    const headerEnd = whole.indexOf('\n') + 1;
    const load = (bytes: Buffer): RunRecord | undefined => {
      const builder = recordBuilder();
      for (let from = 0; from < bytes.length;) {
        const end = bytes.indexOf('\n', from);
        builder.addBytes(bytes, from, end === -1 ? bytes.length : end);
        from = end === -1 ? bytes.length : end + 1;
      }
      return builder.finish();
    };
    for (let cut = headerEnd; cut <= whole.length; cut += 1) {
      const record = load(whole.subarray(0, cut));
      assert.ok(record);
      assert.ok(record.unreadableLines <= 1);
      assert.equal(record.end === undefined, cut < whole.length - 1);
    }
    await writeFile(join(path, journalFileName), whole.subarray(0, -3));
    const read = await readRecord(path);
    assert.deepEqual([read.unreadableLines, read.end], [1, undefined]);
  });

  it('knows the counts of an earlier version, which had fewer', async () => {
    const path = write('earlier', () => {});
    const { atMs, source, ...counts } = integrityCounts();
    const { stock, accepted, persisted, distinctUsers, duplicates, oversold, lost, unknown } = counts;
    const rows = { persisted, distinctUsers, duplicates, oversold };
    const observation = { atMs, source, stock, accepted, ...rows, lost, unknown };
    const line = JSON.stringify({ kind: 'integrity', observation });
    await appendFile(join(path, journalFileName), `${line}\n`);
    const record = await readRecord(path);
    assert.deepEqual([record.unreadableLines, record.integrity], [0, integrityCounts()]);
  });

  it('tells readings of the kind of earlier versions apart from those that name only what changed', async () => {
    const path = write('mixed', () => {});
    const times = (atMs: number) => ({ fromMs: atMs, endSentMs: atMs, endReceivedMs: atMs, toMs: atMs });
    const place = { group: 'issuer', topic: 'coupons' };
    const read = { kind: 'offsets', ...place };
    const lines = [
      { kind: 'partitions', from: 0, ...place, partitions: [0] },
      { kind: 'reading', number: 0, whole: true, ...times(0), changed: [[0, '5', '5', '5', '0']] },
      { ...read, ...times(1), partitions: [[0, null, '9', null, null]] },
      { kind: 'reading', number: 1, ...times(2), changed: [] },
      { ...read, ...times(3), partitions: [[1, null, '7', null, null]] },
      { ...read, ...times(4), partitions: [[0, null, '9', null, null]] },
      { kind: 'reading', number: 2, ...times(5), changed: [] },
      { ...read, ...times(6), partitions: [] },
      { kind: 'reading', number: 3, ...times(7), changed: [] },
    ];
    await appendFile(join(path, journalFileName), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { offsets: histories } = await readRecord(path);
    assert.deepEqual(
      histories.map(({ samples }) => [...samples].map(({ fromMs, end }) => [fromMs, Number(end)])),
      [
        [
          [0, 5],
          [1, 9],
          [2, 5],
          [4, 9],
          [5, 5],
          [7, 5],
        ],
        [[3, 7]],
      ],
    );
  });

  it('passes over lines it cannot read, and counts them', async () => {
    const path = write('unknown-lines', writeAll);
    const lines = [
      '{"kind":"from a later version"}',
      'no JSON',
      '{"kind":"points","points":[[99,0,1]]}',
      '{"kind":"end","atMs":"soon","status":"completed"}',
    ];
    await appendFile(join(path, journalFileName), `${lines.join('\n')}\n`);
    assert.equal((await readRecord(path)).unreadableLines, lines.length);
  });

  it('never throws on a line, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        const builder = recordBuilder();
        builder.add(line);
        assert.equal(builder.finish(), undefined);
      }),
    );
  });

  it('leaves out values that are no number instead of losing the tick they were seen in', async () => {
    const series = { name: 'cpu', labels: {}, unit: 'percent' } as const;
    const path = write('no-number', (journal) =>
      journal.observe([
        { kind: 'gauge', series, atMs: 0, value: Number.NaN },
        { kind: 'gauge', series, atMs: 1, value: 4 },
        { kind: 'gauge', series, atMs: 2, value: Number.POSITIVE_INFINITY },
      ]),
    );
    const record = await readRecord(path);
    assert.equal(record.unreadableLines, 0);
    assert.deepEqual(record.series[0]?.kind === 'gauge' && record.series[0].points, [[1, 4]]);
  });

  it('gives a series with the same labels in another order the same number', async () => {
    const point = (labels: Record<string, string>, atMs: number): Observation => ({
      kind: 'gauge',
      series: { name: 'up', labels, unit: 'none' },
      atMs,
      value: 1,
    });
    const path = write('labels', (journal) => {
      journal.observe([point({ a: '1', b: '2' }, 0)]);
      journal.observe([point({ b: '2', a: '1' }, 1)]);
    });
    assert.equal((await readRecord(path)).series.length, 1);
  });

  it('ends, for the record, with the last thing seen where nobody closed it', async () => {
    const path = write('open', (journal) => {
      journal.write({ kind: 'phase', name: 'load', atMs: 0 });
      journal.observe(offsets(given));
    });
    const record = await readRecord(path);
    assert.equal(record.durationMs, 1004);
    assert.deepEqual(record.phases, [{ name: 'load', fromMs: 0, toMs: null }]);
  });

  it('refuses a folder that holds a journal already, and one that holds none', async () => {
    const path = write('twice', () => {});
    assert.throws(
      () => createJournal(path, header),
      (error) => error instanceof KnownError && error.code === 'output-unwritable',
    );
    await assert.rejects(
      readRecord(folder),
      (error) => error instanceof KnownError && error.code === 'record-unreadable',
    );
    await writeFile(join(path, journalFileName), '{"kind":"header","schemaVersion":99}\n');
    await assert.rejects(
      readRecord(path),
      (error) => error instanceof KnownError && error.code === 'record-unreadable',
    );
  });
});
