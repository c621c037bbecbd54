import { committedIn, without } from '../record/content-columns.ts';
import { integerRoom, numberRoom, type Room } from '../record/room.ts';
import type { OffsetHistory } from '../record/run-record.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import { distance, type Whole } from '../record/whole.ts';
import { selectRank } from '../select-rank.ts';
import { onceFor } from './once.ts';

/**
 * How long messages waited from being produced to being worked off, as a commit confirms it: the horizontal distance of
 * the two curves, partition by partition (consumption within a partition is in order). A message without a commit waits,
 * whatever may have become of it.
 */
export type CompletionDelays = {
  readonly completed: number;
  readonly waiting: number;
  readonly parts: readonly PartitionDelays[];
};

/**
 * Of one partition; each entry stands for `weight` messages. Between readings the produce curve is taken as straight, and between
 * commits the consume curve; the bounds hold without that: a message was worked off after the commit before it and before its own.
 */
type PartitionDelays = {
  readonly weight: number;
  /** In ms, each column ascending by itself. */
  readonly done: { readonly ms: Float64Array; readonly lowMs: Float64Array; readonly highMs: Float64Array };
  /** Messages not yet consumed: how long they had waited when watching ended. */
  readonly open: { readonly ms: Float64Array; readonly lowMs: Float64Array };
};

/** Messages of one partition are looked at one by one up to this many, evenly picked ones beyond. */
const pickLimit = 2000;

export const completionDelays = (partitions: readonly OffsetHistory[]): CompletionDelays =>
  delaysOf(partitions);

const delaysOf = onceFor((partitions: readonly OffsetHistory[]): CompletionDelays => {
  const parts = partitions.map(partitionDelays);
  return {
    completed: Math.round(messagesOf(parts, ({ done }) => done.ms)),
    waiting: Math.round(messagesOf(parts, ({ open }) => open.ms)),
    parts,
  };
});

const messagesOf = (
  parts: readonly PartitionDelays[],
  entriesOf: (part: PartitionDelays) => Float64Array,
): number => parts.reduce((sum, part) => sum + entriesOf(part).length * part.weight, 0);

/** Once for a partition: it is asked for by itself, and as a part of its group. */
const partitionDelays = onceFor(({ samples }: OffsetHistory): PartitionDelays => {
  const stretches = stretchesOf(samples);
  const total = producedIn(stretches);
  const weight = total / Math.max(1, Math.min(total, pickLimit));
  const done = {
    ms: columnOf(rooms.doneMs),
    lowMs: columnOf(rooms.doneLowMs),
    highMs: columnOf(rooms.doneHighMs),
  };
  const open = { ms: columnOf(rooms.openMs), lowMs: columnOf(rooms.openLowMs) };
  let [doneCount, openCount] = [0, 0];
  const [from, to] = [new ProduceCurve(stretches), new ConsumeCurve(stretches)];
  const { toMs, endReceivedMs } = stretches.readings;
  const last = (stretches.to[stretches.length - 1] ?? 0) - 1;
  for (let position = weight / 2; position < total; position += weight) {
    if (!from.find(position)) continue;
    if (to.find(position)) {
      done.ms[doneCount] = Math.max(0, to.ms - from.ms);
      done.lowMs[doneCount] = Math.max(0, to.lowMs - from.highMs);
      done.highMs[doneCount] = Math.max(0, to.highMs - from.lowMs);
      doneCount += 1;
    } else {
      open.ms[openCount] = (toMs[last] as number) - from.ms;
      open.lowMs[openCount] = (endReceivedMs[last] as number) - from.highMs;
      openCount += 1;
    }
  }
  const ascending = (column: Float64Array, length: number) => column.slice(0, length).sort();
  return {
    weight,
    done: {
      ms: ascending(done.ms, doneCount),
      lowMs: ascending(done.lowMs, doneCount),
      highMs: ascending(done.highMs, doneCount),
    },
    open: { ms: ascending(open.ms, openCount), lowMs: ascending(open.lowMs, openCount) },
  };
});

const rooms = {
  doneMs: numberRoom(),
  doneLowMs: numberRoom(),
  doneHighMs: numberRoom(),
  openMs: numberRoom(),
  openLowMs: numberRoom(),
};

/** Sums of weights come out a little too small, so that there may be one entry more. */
const columnOf = (room: Room<Float64Array>): Float64Array => room.of(pickLimit + 1);

/** Messages that came since the first reading. */
const producedIn = ({ end, length }: Stretches): number => {
  let most = 0;
  for (let index = 0; index < length; index += 1)
    most = Math.max(most, distance(end[index] as Whole, end[0] as Whole));
  return most;
};

/**
 * When the end of the log passed a position, counted from where it stood at the first reading; positions ascend from one to the
 * next. A log that went back takes nothing from what was produced.
 */
class ProduceCurve {
  ms = 0;
  lowMs = 0;
  highMs = 0;
  readonly #stretches: Stretches;
  #at = 0;
  /** The greatest count in front of it. */
  #most = 0;

  constructor(stretches: Stretches) {
    this.#stretches = stretches;
  }

  /** false if it never did; every position is above 0, where the curve begins. */
  find(position: number): boolean {
    const { end, from, to, readings, length } = this.#stretches;
    const { endSentMs, endReceivedMs } = readings;
    let [at, most, count] = [this.#at, this.#most, 0];
    for (; at < length; at += 1) {
      count = distance(end[at] as Whole, end[0] as Whole);
      if (count > position) break;
      most = Math.max(most, count);
    }
    [this.#at, this.#most] = [at, most];
    if (at === length) return false;
    const [reading, before] = [from[at] as number, (to[at - 1] as number) - 1];
    this.highMs = endReceivedMs[reading] as number;
    this.lowMs = endSentMs[before] as number;
    const middleMs = ((endSentMs[reading] as number) + this.highMs) / 2;
    const beforeMs = (this.lowMs + (endReceivedMs[before] as number)) / 2;
    this.ms = beforeMs + (middleMs - beforeMs) * ((position - most) / (count - most));
    return true;
  }
}

/**
 * When a position was worked off. Knots are the commits that were seen, not the readings between them: a commit confirms what was
 * worked off since the one before it, and a reading between the two shows nothing of that. After a longer time without commits
 * (a stall, or nothing to do) what one commit confirms was worked off within the usual time between commits before it.
 */
class ConsumeCurve {
  ms = 0;
  lowMs = 0;
  highMs = 0;
  readonly #stretches: Stretches;
  readonly #commits: Int32Array;
  readonly #usualMs: number;
  /** A group that has committed nothing stands where the log begins. */
  readonly #begin: number;
  #at = 0;

  constructor(stretches: Stretches) {
    this.#stretches = stretches;
    this.#commits = commitsOf(stretches);
    this.#usualMs = usualGapMs(stretches, this.#commits);
    const { logStart, end, marks, length } = stretches;
    const isBeginKnown = length > 0 && ((marks[0] as number) & without.logStart) === 0;
    this.#begin = isBeginKnown ? Math.min(0, distance(logStart[0] as Whole, end[0] as Whole)) : 0;
  }

  /** false if it never was; positions ascend from one to the next. */
  find(position: number): boolean {
    const [stretches, commits] = [this.#stretches, this.#commits];
    while (this.#at < commits.length && !(countOf(stretches, commits[this.#at] as number) > position))
      this.#at += 1;
    const at = this.#at;
    if (at === commits.length) return false;
    const { toMs } = stretches.readings;
    this.highMs = toMs[stretches.from[commits[at] as number] as number] as number;
    const ms = this.#drawnMs(at);
    if (at === 0) {
      this.ms = ms;
      this.lowMs = Number.NEGATIVE_INFINITY;
      return true;
    }
    const drawnMs = this.#drawnMs(at - 1);
    const beforeMs = ms - drawnMs > 1.5 * this.#usualMs ? ms - this.#usualMs : drawnMs;
    const seen = countOf(stretches, commits[at - 1] as number);
    const before = seen === Number.NEGATIVE_INFINITY ? this.#begin : seen;
    const count = countOf(stretches, commits[at] as number);
    this.ms = beforeMs + (ms - beforeMs) * ((position - before) / (count - before));
    this.lowMs = begunMs(stretches, commits[at - 1] as number);
    return true;
  }

  /** Where commits are rarer than readings, one came somewhere between two of them; else the last one came just before. */
  #drawnMs(at: number): number {
    const commit = this.#commits[at] as number;
    const beginMs = begunMs(this.#stretches, commit);
    const endMs = this.#stretches.readings.toMs[this.#stretches.from[commit] as number] as number;
    return at > 0 && this.#usualMs > 1.5 * (endMs - beginMs) ? (beginMs + endMs) / 2 : endMs;
  }
}

/** Offsets begin at 0. */
const nothing = -1;
const commitRoom = integerRoom();
const gapRoom = numberRoom();

/** What is committed in a stretch, from the end of the log at the first reading on; -Infinity where nothing is. */
const countOf = (stretches: Stretches, index: number): number => {
  const committed = committedIn(stretches, index);
  return committed === undefined ? Number.NEGATIVE_INFINITY : distance(committed, stretches.end[0] as Whole);
};

/** The offsets of the reading in front of a stretch, or of the first one of all, had been read by then. */
const begunMs = ({ readings, from, to }: Stretches, index: number): number =>
  readings.endReceivedMs[index === 0 ? (from[0] as number) : (to[index - 1] as number) - 1] as number;

/**
 * The first stretch, and those before which more was committed than ever before: a group set back to older offsets does not undo
 * what it had completed.
 */
const commitsOf = (stretches: Stretches): Int32Array => {
  const { length, committedAfter, marks } = stretches;
  const commits = commitRoom.of(length);
  let found = 0;
  let most: Whole = nothing;
  for (let index = 0; index < length; index += 1) {
    const isThere = ((marks[index] as number) & without.committedAfter) === 0;
    const committed = isThere ? (committedAfter[index] as Whole) : nothing;
    if (index > 0 && !(committed > most)) continue;
    most = committed;
    commits[found] = index;
    found += 1;
  }
  return commits.subarray(0, found);
};

/** Not the middle: a worker that turns to other partitions in between commits on this one only now and then. */
const usualGapMs = (stretches: Stretches, commits: Int32Array): number => {
  const { readings, from } = stretches;
  const endedMs = (at: number): number => readings.toMs[from[commits[at] as number] as number] as number;
  if (commits.length < 2) return 0;
  if (commits.length === 2) return endedMs(1) - begunMs(stretches, commits[1] as number);
  const gaps = gapRoom.of(commits.length - 2);
  for (let index = 0; index < gaps.length; index += 1) gaps[index] = endedMs(index + 2) - endedMs(index + 1);
  return selectRank(gaps, gaps.length >> 2);
};

export type DelayQuantile = {
  /** null when the rank falls among messages whose delay is not known yet. */
  readonly ms: number | null;
  /** The quantile is at least this, whatever becomes of the waiting messages; null without messages. */
  readonly lowMs: number | null;
  /** It is at most this; null where waiting messages leave that open. */
  readonly highMs: number | null;
};

/**
 * Quantile over all messages, with waiting ones as right-censored: known only where the waiting ones cannot move it,
 * that is, where counting them at their lower bound and counting them at infinity gives the same answer.
 */
export const delayQuantile = ({ parts }: CompletionDelays, q: number): DelayQuantile => {
  const total = messagesOf(parts, ({ done }) => done.ms) + messagesOf(parts, ({ open }) => open.ms);
  const at = (columnsOf: (part: PartitionDelays) => readonly Float64Array[]): number | null =>
    atRank(
      parts.flatMap((part) => columnsOf(part).map((values) => ({ values, weight: part.weight }))),
      q * total,
    );
  const least = at(({ done, open }) => [done.ms, open.ms]);
  const most = at(({ done }) => [done.ms]);
  return {
    ms: least === most ? least : null,
    lowMs: at(({ done, open }) => [done.lowMs, open.lowMs]),
    highMs: at(({ done }) => [done.highMs]),
  };
};

/** Of all messages; known only where none waits. The same kind of answer as a quantile. */
export const meanDelay = ({ parts }: CompletionDelays): DelayQuantile => {
  const lowMs = meanOf(parts, ({ done, open }) => [done.lowMs, open.lowMs]);
  if (parts.some(({ open }) => open.ms.length > 0)) return { ms: null, lowMs, highMs: null };
  return {
    ms: meanOf(parts, ({ done }) => [done.ms]),
    lowMs,
    highMs: meanOf(parts, ({ done }) => [done.highMs]),
  };
};

const meanOf = (
  parts: readonly PartitionDelays[],
  columnsOf: (part: PartitionDelays) => readonly Float64Array[],
): number | null => {
  let [sum, messages] = [0, 0];
  for (const part of parts)
    for (const values of columnsOf(part)) {
      for (const ms of values) sum += Math.max(0, ms) * part.weight;
      messages += values.length * part.weight;
    }
  return messages === 0 ? null : sum / messages;
};

/** Ascending, each with the same weight. */
type Column = { readonly values: Float64Array; readonly weight: number };

/** The least of the values of all columns up to which the weights come to a rank; null where they never do. */
const atRank = (columns: readonly Column[], rank: number): number | null => {
  // Weights are fractions: their sum depends on the order of adding.
  const needed = rank * (1 - 1e-9);
  const isReached = (value: number): boolean => {
    let sum = 0;
    for (const { values, weight } of columns) sum += weight * countUpTo(values, value);
    return sum >= needed;
  };
  let low = firstAbove(columns, Number.NEGATIVE_INFINITY);
  let high = lastUpTo(columns, Number.MAX_VALUE);
  if (low === undefined) return null;
  if (isReached(low)) return low;
  if (high === undefined || !isReached(high))
    return isReached(Number.POSITIVE_INFINITY) ? Number.POSITIVE_INFINITY : null;
  // What is looked for is above `low`, and not above `high`; both stand among the values.
  for (;;) {
    const next: number | undefined = firstAbove(columns, low);
    if (next === undefined || next >= high) return high;
    const middle = Math.max(next, low + (high - low) / 2);
    if (isReached(middle)) high = lastUpTo(columns, middle) ?? high;
    else low = middle;
  }
};

const firstAbove = (columns: readonly Column[], value: number): number | undefined => {
  let least: number | undefined;
  for (const { values } of columns) {
    const found = values[countUpTo(values, value)];
    if (found !== undefined && found <= (least ?? Number.POSITIVE_INFINITY)) least = found;
  }
  return least;
};

const lastUpTo = (columns: readonly Column[], value: number): number | undefined => {
  let most: number | undefined;
  for (const { values } of columns) {
    const found = values[countUpTo(values, value) - 1];
    if (found !== undefined && (most === undefined || found > most)) most = found;
  }
  return most;
};

const countUpTo = (ascending: Float64Array, value: number): number => {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
};
