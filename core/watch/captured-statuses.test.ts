import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { capturedWatch, type ChapterName } from '../../fixtures/watch/captured.ts';
import type { OffsetSample } from '../record/run-record.ts';
import { partitionStatus, type PartitionStatus } from './partition-status.ts';
import type { PartitionLine, WatchLine } from './watch-line.ts';

/** As `lagline watch` looked back when it told this. */
const windowMs = 60_000;
/** What it takes to be told from a pause between two commits. */
const noticedWithinMs = 13_000;

const { chapters, lines } = capturedWatch();
const startMs = Date.parse(chapters[0]?.at ?? '');

const isPartition = (line: WatchLine): line is PartitionLine => line.kind === 'partition';

/** The reading behind a line, as far as lines tell of it. */
const sampleOf = (line: PartitionLine): OffsetSample => {
  const atMs = Date.parse(line.time) - startMs;
  const end = BigInt(line.logEndOffset);
  const committed = line.currentOffset === null ? null : BigInt(line.currentOffset);
  return {
    fromMs: atMs,
    toMs: atMs,
    endSentMs: atMs,
    endReceivedMs: atMs,
    committedBefore: line.lagHigh === null ? committed : end - BigInt(line.lagHigh),
    committedAfter: committed,
    end,
    logStart: line.state === 'below-log-start' && committed !== null ? committed + 1n : 0n,
  };
};

type Told = { readonly atMs: number; readonly chapter: ChapterName; readonly status: PartitionStatus };

/** The status after each reading, from the readings alone. */
const told = lines.filter(isPartition).map((line, index, all): Told => {
  const samples = all.slice(0, index + 1).map(sampleOf);
  const atMs = samples.at(-1)?.toMs ?? 0;
  const isRebalancing = lines.some(
    (each) => each.kind === 'group' && each.time === line.time && each.state === 'rebalancing',
  );
  return {
    atMs,
    chapter: chapters.findLast(({ at }) => Date.parse(at) - startMs <= atMs)?.name ?? 'keeps-up',
    status: partitionStatus({
      samples: samples.filter(({ toMs }) => toMs >= atMs - windowMs),
      isHeld: line.consumerId !== null || isRebalancing,
    }),
  };
});

const beginOf = (name: ChapterName): number =>
  Date.parse(chapters.find((chapter) => chapter.name === name)?.at ?? assert.fail(name)) - startMs;

/** Statuses told in a chapter from so long after its beginning on. */
const statusesIn = (chapter: ChapterName, fromMs = 0): PartitionStatus[] =>
  told
    .filter((each) => each.chapter === chapter && each.atMs >= beginOf(chapter) + fromMs)
    .map(({ status }) => status);

describe('the status of a real consumer in trouble, from reading to reading', () => {
  it('is nothing bad while it keeps up', () => {
    const statuses = statusesIn('keeps-up');
    assert.ok(statuses.length >= 10);
    for (const status of statuses) assert.ok(status === 'ok' || status === 'unknown', status);
    assert.equal(statuses.at(-1), 'ok');
  });

  it('is stall once its member has committed nothing for longer than is usual, and not before', () => {
    const late = statusesIn('stalls', noticedWithinMs);
    assert.ok(late.length >= 3);
    assert.deepEqual([...new Set(late)], ['stall']);
    const early = told.filter(
      ({ chapter, atMs }) => chapter === 'stalls' && atMs < beginOf('stalls') + 8_000,
    );
    for (const { status } of early) assert.notEqual(status, 'stall');
    for (const { status } of told.filter(({ chapter }) => chapter === 'stalls'))
      assert.notEqual(status, 'stop', 'its member still holds the partition');
  });

  it('is ok again once it has worked off what came meanwhile', () => {
    assert.equal(statusesIn('recovers').at(-1), 'ok');
  });

  it('is stop where nobody holds the partition', () => {
    const late = statusesIn('stops', noticedWithinMs);
    assert.ok(late.length >= 1);
    assert.deepEqual([...new Set(late)], ['stop']);
    for (const status of statusesIn('stops')) assert.notEqual(status, 'stall');
  });

  it('is rewind from the reset of its offsets until it is where it was', () => {
    // The reading after the commit, which is a tick later at most.
    assert.deepEqual([...new Set(statusesIn('is-set-back', 2000))], ['rewind']);
    const works = statusesIn('works-again');
    const over = works.lastIndexOf('rewind') + 1;
    assert.ok(over < works.length, 'it never got out of it');
    assert.equal(works.at(-1), 'ok');
  });

  it('is loss once retention has taken what it was to read next', () => {
    const lines = statusesIn('is-overtaken', 2000);
    assert.ok(lines.length >= 1);
    assert.deepEqual([...new Set(lines)], ['loss']);
  });
});
