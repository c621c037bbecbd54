import type { Moment } from './drain.ts';
import type { CurvePoint } from './offset-curves.ts';

/** A length known only to lie in [lowMs, highMs]; `ms` is the middle. */
export type Span = { readonly ms: number; readonly lowMs: number; readonly highMs: number };

export type Producing = { readonly first: Moment; readonly last: Moment };

/** First and last record: between the readings around the first and the last rise of the produce curve. */
export const producingMoments = (points: readonly CurvePoint[]): Producing | undefined => {
  const rises = new Rises();
  for (const { produced, endSentMs, endReceivedMs } of points) rises.take(produced, endSentMs, endReceivedMs);
  return rises.producing();
};

/** The same, told point by point. */
export class Rises {
  #producedBefore = Number.POSITIVE_INFINITY;
  #lowMs = 0;
  #hasRisen = false;
  #firstLowMs = 0;
  #firstHighMs = 0;
  #lastLowMs = 0;
  #lastHighMs = 0;

  take(produced: number, endSentMs: number, endReceivedMs: number): void {
    if (produced > this.#producedBefore) {
      this.#lastLowMs = this.#lowMs;
      this.#lastHighMs = endReceivedMs;
      if (!this.#hasRisen) {
        this.#hasRisen = true;
        this.#firstLowMs = this.#lowMs;
        this.#firstHighMs = endReceivedMs;
      }
    }
    this.#producedBefore = produced;
    this.#lowMs = endSentMs;
  }

  /** undefined where it never rose. */
  producing(): Producing | undefined {
    return this.#hasRisen
      ? {
          first: { lowMs: this.#firstLowMs, highMs: this.#firstHighMs },
          last: { lowMs: this.#lastLowMs, highMs: this.#lastHighMs },
        }
      : undefined;
  }
}

/** Time between two moments of which neither is known exactly. */
export const spanBetween = (from: Moment, to: Moment): Span => {
  const lowMs = Math.max(0, to.lowMs - from.highMs);
  const highMs = Math.max(0, to.highMs - from.lowMs);
  return { ms: (lowMs + highMs) / 2, lowMs, highMs };
};

/** First to last record produced; undefined where nothing was. */
export const produceSpan = (points: readonly CurvePoint[]): Span | undefined => {
  const producing = producingMoments(points);
  return producing === undefined ? undefined : spanBetween(producing.first, producing.last);
};

/** Readings are never exactly an interval apart: a little less than 3 s counts as 3 s. */
const peakSpanMs = 2900;

/** Highest arrival rate over any stretch of about 3 s between readings; null without one in which anything arrived. */
export const peakProduceRate = (points: readonly CurvePoint[]): number | null => {
  let highest = 0;
  let from = 0;
  points.forEach((point) => {
    // The latest reading that is far enough back: stretches as short as the readings allow.
    while ((points[from + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= point.atMs - peakSpanMs) from += 1;
    const start = points[from];
    if (start === undefined || point.atMs - start.atMs < peakSpanMs) return;
    highest = Math.max(highest, ((point.produced - start.produced) * 1000) / (point.atMs - start.atMs));
  });
  return highest > 0 ? highest : null;
};

/**
 * Mean arrival rate between the first and the last reading in between which messages arrived; the parts of an interval in
 * which it began and ended, whose length is not known, are left out where 3 s remain. Null where nothing arrived.
 */
export const meanProduceRate = (points: readonly CurvePoint[]): number | null => {
  const rises = points.flatMap((point, index) =>
    point.produced > (points[index - 1]?.produced ?? 0) ? [index] : [],
  );
  const [from, to] = [points[rises[0] ?? 0], points[(rises.at(-1) ?? 0) - 1]];
  if (from !== undefined && to !== undefined && to.atMs - from.atMs >= peakSpanMs)
    return ((to.produced - from.produced) * 1000) / (to.atMs - from.atMs);
  const [span, last] = [produceSpan(points), points.at(-1)];
  return span === undefined || span.ms <= 0 || last === undefined ? null : (last.produced * 1000) / span.ms;
};
