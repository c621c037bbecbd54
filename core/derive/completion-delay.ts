import type { OffsetHistory } from '../record/run-record.ts';

/**
 * How long messages waited from produce to commit: the horizontal distance of the two curves, partition by partition
 * (consumption within a partition is in order). `delaysMs` and `waitingMs` hold one entry per `weight` messages.
 */
export type CompletionDelays = {
  readonly completed: number;
  readonly waiting: number;
  /** Delay of completed messages, with how many messages the entry stands for. */
  readonly done: readonly WeightedMs[];
  /** How long messages not yet consumed had waited when watching ended: a lower bound of their delay. */
  readonly open: readonly WeightedMs[];
};

export type WeightedMs = { readonly ms: number; readonly weight: number };

/** Messages of one partition are looked at one by one up to this many, evenly picked ones beyond. */
const pickLimit = 2000;

export const completionDelays = (partitions: readonly OffsetHistory[]): CompletionDelays => {
  const done: WeightedMs[] = [];
  const open: WeightedMs[] = [];
  let completed = 0;
  let waiting = 0;
  for (const { samples } of partitions) {
    const first = samples[0];
    const last = samples.at(-1);
    if (first === undefined || last === undefined) continue;
    const produced = samples.map(({ endSentMs, endReceivedMs, end }): CurveStep => [
      (endSentMs + endReceivedMs) / 2,
      Number(end - first.end),
    ]);
    const consumed = samples.map(({ toMs, committedAfter }): CurveStep => [
      toMs,
      committedAfter === null ? -1 : Number(committedAfter - first.end),
    ]);
    const total = Number(last.end - first.end);
    const weight = total / Math.max(1, Math.min(total, pickLimit));
    for (let position = weight / 2; position < total; position += weight) {
      const producedMs = crossing(produced, position);
      const consumedMs = crossing(consumed, position);
      if (producedMs === undefined) continue;
      if (consumedMs === undefined) {
        open.push({ ms: last.toMs - producedMs, weight });
        waiting += weight;
      } else {
        done.push({ ms: Math.max(0, consumedMs - producedMs), weight });
        completed += weight;
      }
    }
  }
  return { completed: Math.round(completed), waiting: Math.round(waiting), done, open };
};

type CurveStep = readonly [atMs: number, count: number];

/** When a rising curve first passed `position`, linear between readings; undefined if it never did. */
const crossing = (curve: readonly CurveStep[], position: number): number | undefined => {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve[middle]?.[1] ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  const after = curve[low];
  if (after === undefined) return undefined;
  const before = curve[low - 1];
  if (before === undefined) return after[0];
  const rise = after[1] - before[1];
  return before[0] + ((after[0] - before[0]) * (position - before[1])) / rise;
};

export type DelayQuantile = {
  /** null when the rank falls among messages whose delay is not known yet. */
  readonly ms: number | null;
  /** The quantile is at least this, whatever becomes of the waiting messages. */
  readonly lowMs: number | null;
};

/**
 * Quantile over all messages, with waiting ones as right-censored: known only where the waiting ones cannot move it,
 * that is, where counting them at their lower bound and counting them at infinity gives the same answer.
 */
export const delayQuantile = (delays: CompletionDelays, q: number): DelayQuantile => {
  const total =
    delays.done.length === 0 && delays.open.length === 0 ? 0 : sumOf(delays.done) + sumOf(delays.open);
  if (total === 0) return { ms: null, lowMs: null };
  const rank = q * total;
  const low = atRank([...delays.done, ...delays.open], rank);
  const high = atRank(delays.done, rank);
  return low !== null && low === high ? { ms: low, lowMs: low } : { ms: null, lowMs: low };
};

const sumOf = (entries: readonly WeightedMs[]): number =>
  entries.reduce((sum, { weight }) => sum + weight, 0);

const atRank = (entries: readonly WeightedMs[], rank: number): number | null => {
  let seen = 0;
  for (const { ms, weight } of entries.toSorted((left, right) => left.ms - right.ms)) {
    seen += weight;
    if (seen >= rank - 1e-9) return ms;
  }
  return null;
};
