import type { GroupCurve } from '../derive/offset-curves.ts';
import { workSpans, type WorkSpan } from './work-spans.ts';

export type Interval = { readonly value: number; readonly low: number; readonly high: number };

/** How fast one slot works: one consumer on one of its partitions. In messages per second. */
export type ServiceCapacity = {
  readonly from: 'measured' | 'at-least' | 'given';
  readonly perSlot: Interval;
  /** The same while the load ran and after it; null where there was no backlog to see it by. */
  readonly duringLoad: number | null;
  readonly afterLoad: number | null;
  readonly concurrency: number;
  readonly concurrencyFrom: 'given' | 'inferred' | 'assumed';
  readonly spans: number;
};

export type CapacityQuestion = {
  readonly consumers: number;
  /** Partitions that a consumer works on at once; undefined: what the readings say, else 1. */
  readonly concurrency: number | undefined;
  readonly loadEndMs: number;
};

const leastSpans = 3;

/**
 * μ from the stretches in which consumers certainly had no lack of work. Without enough of them the highest rate seen is
 * one that was reached, and so a lower bound. Undefined where nothing was consumed.
 */
export const serviceCapacity = (
  curve: GroupCurve,
  { consumers, concurrency: given, loadEndMs }: CapacityQuestion,
): ServiceCapacity | undefined => {
  const spans = workSpans(curve, consumers);
  const found =
    given === undefined ? inferConcurrency(spans.filter(({ fromMs }) => fromMs >= loadEndMs)) : given;
  const concurrency = found ?? 1;
  const common = {
    concurrency,
    concurrencyFrom: given !== undefined ? 'given' : found === undefined ? 'assumed' : 'inferred',
  } as const;
  const busy = spans.filter(({ backlogged }) => backlogged > 0).map((span) => slotWork(span, concurrency));
  const moments = new Set(busy.map(({ toMs }) => toMs)).size;
  if (moments < leastSpans) {
    const reached = highestRate(spans, concurrency, consumers, curve.partitions.length);
    return reached === undefined
      ? undefined
      : {
          ...common,
          from: 'at-least',
          perSlot: { value: reached, low: reached, high: reached },
          duringLoad: null,
          afterLoad: null,
          spans: moments,
        };
  }
  const perSlot = rateInterval(busy);
  if (perSlot.value <= 0) return undefined;
  return {
    ...common,
    from: 'measured',
    perSlot,
    duringLoad: rateOf(busy.filter(({ toMs }) => toMs <= loadEndMs)),
    afterLoad: rateOf(busy.filter(({ fromMs }) => fromMs >= loadEndMs)),
    spans: moments,
  };
};

type SlotWork = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly messages: number;
  readonly slotMs: number;
};

/** With fewer backlogged partitions than slots, the slots left over worked on the others: those do not count. */
const slotWork = (span: WorkSpan, concurrency: number): SlotWork => {
  const { fromMs, toMs, backlogged } = span;
  const isFull = backlogged >= concurrency;
  return {
    fromMs,
    toMs,
    messages: isFull ? span.done : span.doneOnBacklogged,
    slotMs: Math.min(concurrency, backlogged) * (toMs - fromMs),
  };
};

const meanRate = (work: readonly SlotWork[]): number =>
  (1000 * work.reduce((sum, { messages }) => sum + messages, 0)) /
  work.reduce((sum, { slotMs }) => sum + slotMs, 0);

const rateOf = (work: readonly SlotWork[]): number | null =>
  new Set(work.map(({ toMs }) => toMs)).size < leastSpans ? null : meanRate(work) || null;

const mostBlocks = 10;

/** 0.95 quantile of Student's t by degrees of freedom, from 1: both tails together leave 10 %. */
const studentT = [6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833] as const;

/**
 * 90 % interval by batch means: commits come in lots, so rates of neighbouring readings lean against each other, and only
 * means over longer blocks of time are nearly independent.
 */
const rateInterval = (work: readonly SlotWork[]): Interval => {
  const value = meanRate(work);
  const moments = [...Map.groupBy(work, ({ toMs }) => toMs).values()];
  const blocks = Math.min(mostBlocks, Math.max(leastSpans, Math.floor(moments.length / 2)));
  const rates = Array.from({ length: blocks }, (_, block) =>
    meanRate(
      moments
        .slice(
          Math.floor((block * moments.length) / blocks),
          Math.floor(((block + 1) * moments.length) / blocks),
        )
        .flat(),
    ),
  );
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / blocks;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (blocks - 1);
  const half = (studentT[blocks - 2] ?? 1.833) * Math.sqrt(variance / blocks);
  // Something was done: the rate is not 0, however far the blocks lie apart.
  return { value, low: Math.max(value - half, value / 10), high: value + half };
};

const reachedOverMs = 2900;

/** Highest rate of one slot over about 3 s, had all slots been busy; undefined where nothing was done. */
const highestRate = (
  spans: readonly WorkSpan[],
  concurrency: number,
  consumers: number,
  partitions: number,
): number | undefined => {
  const slots = Math.min(partitions, consumers * concurrency);
  const moments = [...Map.groupBy(spans, ({ toMs }) => toMs)]
    .map(([toMs, parts]) => ({
      fromMs: Math.min(...parts.map(({ fromMs }) => fromMs)),
      toMs,
      done: parts.reduce((sum, { done }) => sum + done, 0),
    }))
    .sort((left, right) => left.toMs - right.toMs);
  const highest = moments.reduce((most, { fromMs }, index) => {
    const last = moments.findIndex(({ toMs }, at) => at >= index && toMs - fromMs >= reachedOverMs);
    if (last === -1) return most;
    const done = moments.slice(index, last + 1).reduce((sum, moment) => sum + moment.done, 0);
    return Math.max(most, (1000 * done) / ((moments[last]?.toMs ?? 0) - fromMs) / slots);
  }, 0);
  return highest > 0 ? highest : undefined;
};

/**
 * Whether a consumer goes faster the more of its partitions have a backlog: the concurrency that fits the rates best, the
 * least of equals. Undefined where the number of backlogged partitions never changed for long enough to tell.
 */
const inferConcurrency = (spans: readonly WorkSpan[]): number | undefined => {
  const levels = [
    ...Map.groupBy(
      spans.filter(({ backlogged }) => backlogged > 0),
      ({ backlogged }) => backlogged,
    ),
  ]
    .filter(([, parts]) => parts.length >= leastSpans)
    .map(([backlogged, parts]) => {
      const ms = parts.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
      return { backlogged, ms, rate: parts.reduce((sum, part) => sum + part.doneOnBacklogged, 0) / ms };
    });
  if (levels.length < 2) return undefined;
  const most = Math.max(...levels.map(({ backlogged }) => backlogged));
  const misfit = (concurrency: number): number => {
    const slots = levels.map(({ backlogged }) => Math.min(backlogged, concurrency));
    const perSlot =
      levels.reduce((sum, { rate, ms }) => sum + rate * ms, 0) /
      levels.reduce((sum, { ms }, index) => sum + (slots[index] ?? 1) * ms, 0);
    return levels.reduce(
      (sum, { rate, ms }, index) => sum + ms * (rate / (perSlot * (slots[index] ?? 1)) - 1) ** 2,
      0,
    );
  };
  const candidates = Array.from({ length: most }, (_, index) => index + 1);
  return candidates.reduce((best, next) => (misfit(next) < misfit(best) * 0.9 ? next : best), 1);
};
