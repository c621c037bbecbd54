import type { OffsetHistory, OffsetSamples, SampleCursor } from '../record/run-record.ts';
import { cursorOf } from '../record/sample-cursor.ts';
import { onceFor } from './once.ts';

/**
 * How long messages waited from being produced to being worked off, as a commit confirms it: the horizontal distance of
 * the two curves, partition by partition (consumption within a partition is in order). A message without a commit waits,
 * whatever may have become of it.
 */
export type CompletionDelays = {
  readonly completed: number;
  readonly waiting: number;
  readonly done: readonly Delay[];
  /** Messages not yet consumed: how long they had waited when watching ended. */
  readonly open: readonly WaitingSince[];
};

/**
 * One entry per `weight` messages. Between readings the produce curve is taken as straight, and between commits the
 * consume curve; the bounds hold without that: a message was worked off after the commit before it and before its own.
 */
export type Delay = {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
  readonly weight: number;
};
export type WaitingSince = Omit<Delay, 'highMs'>;

/** Messages of one partition are looked at one by one up to this many, evenly picked ones beyond. */
const pickLimit = 2000;

export const completionDelays = (partitions: readonly OffsetHistory[]): CompletionDelays =>
  delaysOf(partitions);

const delaysOf = onceFor((partitions: readonly OffsetHistory[]): CompletionDelays => {
  const parts = partitions.map(partitionDelays);
  const done = parts.flatMap((part) => part.done);
  const open = parts.flatMap((part) => part.open);
  return { completed: Math.round(sumOf(done)), waiting: Math.round(sumOf(open)), done, open };
});

/** Once for a partition: it is asked for by itself, and as a part of its group. */
const partitionDelays = onceFor(({ samples }: OffsetHistory): Pick<CompletionDelays, 'done' | 'open'> => {
  const done: Delay[] = [];
  const open: WaitingSince[] = [];
  const first = samples.at(0);
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return { done, open };
  const produced = producedCurve(samples, first.end);
  const consumed = consumedCurve(samples, first.end);
  const total = produced.at(-1)?.count ?? 0;
  const weight = total / Math.max(1, Math.min(total, pickLimit));
  for (let position = weight / 2; position < total; position += weight) {
    const from = crossing(produced, position);
    const to = crossing(consumed, position);
    if (from === undefined) continue;
    if (to === undefined) {
      open.push({ ms: last.toMs - from.ms, lowMs: last.endReceivedMs - from.highMs, weight });
    } else {
      done.push({
        ms: Math.max(0, to.ms - from.ms),
        lowMs: Math.max(0, to.lowMs - from.highMs),
        highMs: Math.max(0, to.highMs - from.lowMs),
        weight,
      });
    }
  }
  return { done, open };
});

/** The count stood at some moment between `fromMs` and `toMs`; `ms` is where the curve is drawn. */
type Step = { readonly fromMs: number; readonly ms: number; readonly toMs: number; readonly count: number };

const producedCurve = (samples: OffsetSamples, base: bigint): Step[] =>
  rising(samples, ({ times: { endSentMs, endReceivedMs }, content: { end } }) => ({
    fromMs: endSentMs,
    ms: (endSentMs + endReceivedMs) / 2,
    toMs: endReceivedMs,
    count: Number(end - base),
  }));

/**
 * Knots are the commits that were seen, not the readings between them: a commit confirms what was worked off since the one
 * before it, and a reading between the two shows nothing of that. After a longer time without commits (a stall, or
 * nothing to do) what one commit confirms was worked off within the usual time between commits before it.
 */
const consumedCurve = (samples: OffsetSamples, base: bigint): Step[] => {
  const readings = rising(samples, ({ times: { endReceivedMs, toMs }, content: { committedAfter } }) => ({
    fromMs: endReceivedMs,
    ms: toMs,
    toMs,
    count: committedAfter === null ? Number.NEGATIVE_INFINITY : Number(committedAfter - base),
  }));
  const commits = readings.flatMap((reading, index) => {
    const before = readings[index - 1];
    if (before === undefined) return [reading];
    return reading.count > before.count ? [{ ...reading, fromMs: before.fromMs }] : [];
  });
  const [, first, ...others] = commits;
  const gaps = others.map(({ toMs }, index) => toMs - (commits[index + 1]?.toMs ?? toMs));
  const usualMs = lowerQuartile(gaps) ?? (first === undefined ? 0 : first.toMs - first.fromMs);
  const drawn = commits.map((commit, index) => ({ ...commit, ms: drawnMs(commit, index, usualMs) }));
  return drawn.flatMap((commit, index): Step[] => {
    const before = drawn[index - 1];
    if (before === undefined || commit.ms - before.ms <= 1.5 * usualMs) return [commit];
    return [{ ...before, ms: commit.ms - usualMs }, commit];
  });
};

/** Where commits are rarer than readings, one came somewhere between two of them; else the last one came just before. */
const drawnMs = ({ fromMs, toMs }: Step, index: number, usualMs: number): number =>
  index > 0 && usualMs > 1.5 * (toMs - fromMs) ? (fromMs + toMs) / 2 : toMs;

/** Not the middle: a worker that turns to other partitions in between commits on this one only now and then. */
const lowerQuartile = (values: readonly number[]): number | undefined =>
  values.toSorted((left, right) => left - right)[values.length >> 2];

/**
 * The greatest count so far: a group set back to older offsets does not undo what it had completed. Of readings with the same
 * count the first and the last stand for all.
 */
const rising = (samples: OffsetSamples, stepOf: (at: SampleCursor) => Step): Step[] => {
  const curve: Step[] = [];
  const cursor = cursorOf(samples);
  let most = Number.NEGATIVE_INFINITY;
  while (cursor.next()) {
    const step = stepOf(cursor);
    const isFlat = step.count <= most && curve.at(-1)?.count === curve.at(-2)?.count;
    most = Math.max(most, step.count);
    if (isFlat) curve.pop();
    curve.push({ ...step, count: most });
  }
  return curve;
};

type Crossing = { readonly ms: number; readonly lowMs: number; readonly highMs: number };

/** When a rising curve first passed `position`; undefined if it never did. */
const crossing = (curve: readonly Step[], position: number): Crossing | undefined => {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve[middle]?.count ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  const after = curve[low];
  if (after === undefined) return undefined;
  const before = curve[low - 1];
  if (before === undefined) return { ms: after.ms, lowMs: Number.NEGATIVE_INFINITY, highMs: after.toMs };
  const share = (position - before.count) / (after.count - before.count);
  return { ms: before.ms + (after.ms - before.ms) * share, lowMs: before.fromMs, highMs: after.toMs };
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
export const delayQuantile = (delays: CompletionDelays, q: number): DelayQuantile => {
  const { all, done, total } = rankingsOf(delays);
  const rank = q * total;
  const least = atRank(all.ms, rank);
  const most = atRank(done.ms, rank);
  return {
    ms: least === most ? least : null,
    lowMs: atRank(all.lowMs, rank),
    highMs: atRank(done.highMs, rank),
  };
};

/** Of all messages; known only where none waits. The same kind of answer as a quantile. */
export const meanDelay = ({ done, open }: CompletionDelays): DelayQuantile => {
  const lowMs = meanOf([...done, ...open], (delay) => delay.lowMs);
  if (open.length > 0) return { ms: null, lowMs, highMs: null };
  return { ms: meanOf(done, ({ ms }) => ms), lowMs, highMs: meanOf(done, ({ highMs }) => highMs) };
};

const meanOf = <Entry extends { readonly weight: number }>(
  entries: readonly Entry[],
  msOf: (entry: Entry) => number,
): number | null =>
  entries.length === 0
    ? null
    : entries.reduce((sum, entry) => sum + Math.max(0, msOf(entry)) * entry.weight, 0) / sumOf(entries);

const sumOf = (entries: readonly { readonly weight: number }[]): number =>
  entries.reduce((sum, { weight }) => sum + weight, 0);

/** Ascending values, and up to each of them the sum of the weights. */
type Ranking = { readonly values: Float64Array; readonly weights: Float64Array };

/** Sorted once for all quantiles of them. */
const rankingsOf = onceFor(({ done, open }: CompletionDelays) => {
  const all = [...done, ...open];
  return {
    all: { ms: ranking(all, ({ ms }) => ms), lowMs: ranking(all, ({ lowMs }) => lowMs) },
    done: { ms: ranking(done, ({ ms }) => ms), highMs: ranking(done, ({ highMs }) => highMs) },
    total: sumOf(done) + sumOf(open),
  };
});

const ranking = <Entry extends { readonly weight: number }>(
  entries: readonly Entry[],
  msOf: (entry: Entry) => number,
): Ranking => {
  const keys = Float64Array.from(entries, msOf);
  const values = keys.toSorted();
  const weights = new Float64Array(entries.length);
  /** Numbers alone are sorted several times faster than entries: each has its place behind its equals in front of it. */
  const equals = new Uint32Array(entries.length);
  entries.forEach(({ weight }, index) => {
    const first = firstPlaceOf(values, keys[index] ?? Number.NaN);
    weights[first + (equals[first] ?? 0)] = weight;
    equals[first] = (equals[first] ?? 0) + 1;
  });
  let seen = 0;
  for (let place = 0; place < weights.length; place += 1) weights[place] = seen += weights[place] ?? 0;
  return { values, weights };
};

const firstPlaceOf = (sorted: Float64Array, value: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

const atRank = ({ values, weights }: Ranking, rank: number): number | null => {
  // Weights are fractions: their sum depends on the order of adding.
  const least = rank * (1 - 1e-9);
  let low = 0;
  let high = weights.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((weights[middle] ?? 0) >= least) high = middle;
    else low = middle + 1;
  }
  return values[low] ?? null;
};
