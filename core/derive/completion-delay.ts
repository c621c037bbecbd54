import { committedIn } from '../record/content-columns.ts';
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
  /** In ms, each column ascending by itself; NaN, at the end, where it cannot be said. */
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
  const produced = producedCurve(stretches);
  const consumed = consumedCurve(stretches);
  const total = produced.counts[produced.length - 1] ?? 0;
  const weight = total / Math.max(1, Math.min(total, pickLimit));
  const done = { ms: newColumn(), lowMs: newColumn(), highMs: newColumn() };
  const open = { ms: newColumn(), lowMs: newColumn() };
  let [doneCount, openCount] = [0, 0];
  const [from, to] = [new Crossing(produced), new Crossing(consumed)];
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

/** Sums of weights come out a little too small, so that there may be one entry more. */
const newColumn = (): Float64Array => new Float64Array(pickLimit + 1);

/** The count stood at some moment between `fromMs` and `toMs`; `ms` is where the curve is drawn. */
class Curve {
  length = 0;
  readonly counts: Float64Array;
  readonly fromMs: Float64Array;
  readonly ms: Float64Array;
  readonly toMs: Float64Array;

  constructor(most: number) {
    this.counts = new Float64Array(most);
    this.fromMs = new Float64Array(most);
    this.ms = new Float64Array(most);
    this.toMs = new Float64Array(most);
  }

  push(fromMs: number, ms: number, toMs: number, count: number): void {
    this.counts[this.length] = count;
    this.fromMs[this.length] = fromMs;
    this.ms[this.length] = ms;
    this.toMs[this.length] = toMs;
    this.length += 1;
  }

  /**
   * The greatest count so far: a group set back to older offsets does not undo what it had completed. Of readings with the same
   * count the first and the last stand for all.
   */
  rise(fromMs: number, ms: number, toMs: number, count: number): void {
    const { length, counts } = this;
    const most = length === 0 ? Number.NEGATIVE_INFINITY : (counts[length - 1] as number);
    if (count <= most && length > 1 && most === counts[length - 2]) this.length -= 1;
    this.push(fromMs, ms, toMs, Math.max(most, count));
  }
}

const producedCurve = ({ readings, from, to, end, length }: Stretches): Curve => {
  const { endSentMs, endReceivedMs } = readings;
  const curve = new Curve(2 * length);
  for (let index = 0; index < length; index += 1) {
    const count = distance(end[index] as Whole, end[0] as Whole);
    const take = (reading: number): void => {
      const [sentMs, receivedMs] = [endSentMs[reading] as number, endReceivedMs[reading] as number];
      curve.rise(sentMs, (sentMs + receivedMs) / 2, receivedMs, count);
    };
    const [first, last] = [from[index] as number, (to[index] as number) - 1];
    take(first);
    if (last > first) take(last);
  }
  return curve;
};

/**
 * Knots are the commits that were seen, not the readings between them: a commit confirms what was worked off since the one
 * before it, and a reading between the two shows nothing of that. After a longer time without commits (a stall, or
 * nothing to do) what one commit confirms was worked off within the usual time between commits before it.
 */
const consumedCurve = (stretches: Stretches): Curve => {
  const commits = commitsOf(stretches);
  const { length, fromMs, toMs, counts } = commits;
  const gaps = new Float64Array(Math.max(0, length - 2));
  for (let index = 0; index < gaps.length; index += 1)
    gaps[index] = (toMs[index + 2] as number) - (toMs[index + 1] as number);
  const usualMs = lowerQuartile(gaps) ?? (length < 2 ? 0 : (toMs[1] as number) - (fromMs[1] as number));
  const drawn = new Curve(2 * length);
  for (let index = 0; index < length; index += 1) {
    const [begunMs, endedMs, count] = [
      fromMs[index] as number,
      toMs[index] as number,
      counts[index] as number,
    ];
    // Where commits are rarer than readings, one came somewhere between two of them; else the last one came just before.
    const ms = index > 0 && usualMs > 1.5 * (endedMs - begunMs) ? (begunMs + endedMs) / 2 : endedMs;
    const before = drawn.length - 1;
    if (before >= 0 && ms - (drawn.ms[before] as number) > 1.5 * usualMs)
      drawn.push(
        drawn.fromMs[before] as number,
        ms - usualMs,
        drawn.toMs[before] as number,
        drawn.counts[before] as number,
      );
    drawn.push(begunMs, ms, endedMs, count);
  }
  return drawn;
};

/** The first reading, and those before which something was committed since the one in front of them. */
const commitsOf = (stretches: Stretches): Curve => {
  const { readings, from, to, end, length } = stretches;
  const { endReceivedMs, toMs } = readings;
  const seen = new Curve(2 * length);
  for (let index = 0; index < length; index += 1) {
    const committed = committedIn(stretches, index);
    const count = committed === undefined ? Number.NEGATIVE_INFINITY : distance(committed, end[0] as Whole);
    const take = (reading: number): void => {
      const endedMs = toMs[reading] as number;
      seen.rise(endReceivedMs[reading] as number, endedMs, endedMs, count);
    };
    const [first, last] = [from[index] as number, (to[index] as number) - 1];
    take(first);
    if (last > first) take(last);
  }
  const commits = new Curve(seen.length);
  for (let index = 0; index < seen.length; index += 1) {
    const [count, endedMs] = [seen.counts[index] as number, seen.toMs[index] as number];
    if (index === 0) commits.push(seen.fromMs[0] as number, endedMs, endedMs, count);
    else if (count > (seen.counts[index - 1] as number))
      commits.push(seen.fromMs[index - 1] as number, endedMs, endedMs, count);
  }
  return commits;
};

/** Not the middle: a worker that turns to other partitions in between commits on this one only now and then. */
const lowerQuartile = (values: Float64Array): number | undefined =>
  values.length === 0 ? undefined : selectRank(values, values.length >> 2);

/** When a rising curve first passed a position; positions ascend from one to the next. */
class Crossing {
  ms = 0;
  lowMs = 0;
  highMs = 0;
  readonly #curve: Curve;
  #at = 0;

  constructor(curve: Curve) {
    this.#curve = curve;
  }

  /** false if it never did. */
  find(position: number): boolean {
    const { counts, fromMs, ms, toMs, length } = this.#curve;
    while (this.#at < length && !((counts[this.#at] as number) > position)) this.#at += 1;
    const [at, before] = [this.#at, this.#at - 1];
    if (at === length) return false;
    this.highMs = toMs[at] as number;
    if (before < 0) {
      this.ms = ms[at] as number;
      this.lowMs = Number.NEGATIVE_INFINITY;
      return true;
    }
    const share =
      (position - (counts[before] as number)) / ((counts[at] as number) - (counts[before] as number));
    this.ms = (ms[before] as number) + ((ms[at] as number) - (ms[before] as number)) * share;
    this.lowMs = fromMs[before] as number;
    return true;
  }
}

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
