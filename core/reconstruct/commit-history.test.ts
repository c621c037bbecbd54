import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { committedAt, commitHistoryBuilder, type PartitionCommits } from './commit-history.ts';
import type { LogBatch, LogRecord } from '../kafka/record-batch.ts';

type Written = {
  readonly group?: string;
  readonly partition?: number;
  /** null: a tombstone. */
  readonly committed?: number | null;
  /** Of a transaction: its producer; with `marker` its end. */
  readonly producer?: number;
  readonly marker?: 'commit' | 'abort';
};

const string = (text: string): Buffer => {
  const length = Buffer.alloc(2);
  length.writeInt16BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
};

const keyOf = ({ group = 'billing', partition = 0, marker }: Written): Buffer => {
  if (marker !== undefined) return Buffer.from([0, 0, 0, marker === 'commit' ? 1 : 0]);
  const number = Buffer.alloc(4);
  number.writeInt32BE(partition);
  return Buffer.concat([Buffer.from([0, 1]), string(group), string('orders'), number]);
};

const valueOf = ({ committed = null, marker }: Written): Buffer | null => {
  if (committed === null || marker !== undefined) return null;
  const value = Buffer.alloc(24);
  value.writeInt16BE(2, 0);
  value.writeBigInt64BE(BigInt(committed), 2);
  return value;
};

/** Record n of a log: offset n, a second after the one before it, in a batch of its own. */
const batchOf = (written: Written, index: number): LogBatch => ({
  baseOffset: BigInt(index),
  lastOffset: BigInt(index),
  producerId: BigInt(written.producer ?? -1),
  isTransactional: written.producer !== undefined,
  isControl: written.marker !== undefined,
  records: [
    { offset: BigInt(index), timestampMs: index * 1000, key: keyOf(written), value: valueOf(written) },
  ],
});

const historyOf = (batches: readonly LogBatch[], group = 'billing') => {
  const builder = commitHistoryBuilder(group);
  for (const batch of batches) builder.add(batch);
  return builder.finish();
};

const commitsOf = (log: readonly Written[]) => historyOf(log.map(batchOf)).partitions[0]?.commits;

describe('commitHistoryBuilder', () => {
  it('keeps what the group committed, in order, and says when it was deleted', () => {
    assert.deepEqual(commitsOf([{ committed: 3 }, { committed: 5 }, { committed: null }, { committed: 1 }]), [
      { atMs: 0, offset: 3n },
      { atMs: 1000, offset: 5n },
      { atMs: 2000, offset: null },
      { atMs: 3000, offset: 1n },
    ]);
  });

  it('counts the commits of a transaction from its commit on, and never where it was aborted', () => {
    assert.deepEqual(
      commitsOf([
        { producer: 1, committed: 4 },
        { producer: 2, committed: 9 },
        { committed: 3 },
        { producer: 2, marker: 'abort' },
        { producer: 3, committed: 6 },
        { producer: 3, marker: 'commit' },
        { producer: 4, committed: 8 },
      ]),
      [
        { atMs: 2000, offset: 3n },
        { atMs: 5000, offset: 6n },
      ],
    );
  });

  it('lets a commit that stands later in the log win over a transaction that ends after it', () => {
    const log = [{ producer: 1, committed: 4 }, { committed: 7 }, { producer: 1, marker: 'commit' as const }];
    assert.deepEqual(commitsOf(log), [{ atMs: 1000, offset: 7n }]);
  });

  it('tells the partitions and the groups apart', () => {
    const history = historyOf(
      [{ committed: 1 }, { committed: 2, partition: 1 }, { committed: 3, group: 'shipping' }].map(batchOf),
    );
    assert.deepEqual(
      history.partitions.map(({ partition, commits }) => [partition, commits.length]),
      [
        [0, 1],
        [1, 1],
      ],
    );
    assert.deepEqual(history.otherGroups, ['shipping']);
    assert.equal(historyOf([batchOf({ committed: 1 }, 0)], 'shipping').isKnown, false);
  });

  it('counts records of a version it does not know, and goes on', () => {
    const strange: LogRecord = { offset: 0n, timestampMs: 0, key: Buffer.from([0, 99, 1]), value: null };
    const history = historyOf([{ ...batchOf({}, 0), records: [strange] }, batchOf({ committed: 1 }, 1)]);
    assert.equal(history.unreadableRecords, 1);
    assert.deepEqual(history.partitions[0]?.commits, [{ atMs: 1000, offset: 1n }]);
  });

  it('never lets time go back where the clocks of two leaders differ', () => {
    const [first, second] = [batchOf({ committed: 1 }, 0), batchOf({ committed: 2 }, 1)];
    const late = { ...first, records: first.records.map((each) => ({ ...each, timestampMs: 5000 })) };
    assert.deepEqual(
      historyOf([late, second]).partitions[0]?.commits.map(({ atMs }) => atMs),
      [5000, 5000],
    );
  });

  it('knows that nothing was committed before the first commit of a whole log', () => {
    const [history] = historyOf(
      [{ group: 'shipping', committed: 1 }, { committed: 2 }].map(batchOf),
    ).partitions;
    assert.equal(history?.hole, null);
    assert.equal(committedAt(history ?? assert.fail(), 500), null);
  });

  it('knows nothing of the time between the first record that is missing and the first commit', () => {
    const log = [0, 1, 2, 3].map((committed) => batchOf({ committed }, committed));
    const [history] = historyOf([batchOf({ group: 'shipping' }, 0), ...log.slice(2)]).partitions;
    assert.ok(history !== undefined);
    assert.deepEqual(history.hole, { fromMs: 0, toMs: 2000 });
    assert.equal(committedAt(history, -1), null);
    assert.equal(committedAt(history, 0), undefined);
    assert.equal(committedAt(history, 1999), undefined);
    assert.equal(committedAt(history, 2000), 2n);
  });

  it('sees what compaction took from the end of a batch', () => {
    const cut = { ...batchOf({ group: 'shipping' }, 0), lastOffset: 1n };
    const [history] = historyOf([cut, batchOf({ committed: 1 }, 2)]).partitions;
    assert.deepEqual(history?.hole, { fromMs: 0, toMs: 2000 });
  });

  it('knows that nothing stands after the last record that is missing where there is no commit at all', () => {
    const log = [{ group: 'shipping' }, { group: 'shipping' }, { group: 'shipping' }];
    const { partitions, hole } = historyOf(log.map(batchOf).filter((_, index) => index !== 1));
    assert.deepEqual(partitions, []);
    assert.deepEqual(
      [committedAt({ commits: [], hole }, 1500), committedAt({ commits: [], hole }, 2000)],
      [undefined, null],
    );
  });
});

/**
 * The log cleaner: below the mark only the last record of each key stays, and not even that if it is a tombstone that has
 * been there for long; a batch keeps its offsets, an empty one goes.
 */
const compact = (batches: readonly LogBatch[], below: number, keepsTombstones: boolean): LogBatch[] => {
  const last = new Map<string, bigint>();
  for (const { records } of batches)
    for (const { offset, key } of records) if (offset < below) last.set(key?.toString('hex') ?? '', offset);
  const isKept = ({ offset, key, value }: LogRecord): boolean =>
    offset >= below ||
    (last.get(key?.toString('hex') ?? '') === offset && (keepsTombstones || value !== null));
  return batches
    .map((batch) => ({ ...batch, records: batch.records.filter(isKept) }))
    .filter(({ records }) => records.length > 0);
};

describe('a compacted log', () => {
  it('is never said to hold anything else than what was committed, for any commits and any compaction', () => {
    const written = fc.record({
      group: fc.constantFrom('billing', 'shipping'),
      partition: fc.nat(2),
      committed: fc.oneof({ weight: 5, arbitrary: fc.nat(100) }, { weight: 1, arbitrary: fc.constant(null) }),
    });
    const logOf = fc.array(written, { minLength: 1, maxLength: 40 });
    const passes = fc.array(fc.tuple(fc.nat(39), fc.boolean()), { maxLength: 3 });
    let compared = 0;
    fc.assert(
      fc.property(logOf, passes, (log, given) => {
        const whole = log.map(batchOf);
        // The newest segment is never compacted.
        const marks = given
          .map(([mark, keeps]) => [Math.min(mark, log.length - 1), keeps] as const)
          .toSorted(([left], [right]) => left - right);
        const left = marks.reduce<LogBatch[]>(
          (batches, [mark, keeps]) => compact(batches, mark, keeps),
          whole,
        );
        const [truth, seen] = [historyOf(whole), historyOf(left)];
        const lastMark = marks.at(-1)?.[0] ?? 0;
        const stoodBefore = ({ commits }: PartitionCommits, mark: number): boolean =>
          commits.findLast(({ atMs }) => atMs < mark * 1000)?.offset != null;
        for (const { topic, partition, ...real } of truth.partitions) {
          const said = seen.partitions.find(
            (each) => each.topic === topic && each.partition === partition,
          ) ?? {
            commits: [],
            hole: seen.hole,
          };
          for (let atMs = -500; atMs < log.length * 1000; atMs += 500) {
            const answer = committedAt(said, atMs);
            if (answer !== undefined) assert.equal(answer, committedAt(real, atMs), `at ${atMs} ms`);
            // What was not compacted is known, if something stood then.
            else assert.ok(atMs < lastMark * 1000 || !stoodBefore(real, lastMark), `at ${atMs} ms`);
            compared += answer === undefined ? 0 : 1;
          }
        }
      }),
    );
    assert.ok(compared > 1000);
  });
});
