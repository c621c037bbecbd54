import type { Provenance } from '../quantity.ts';
import { SortedNumbers } from './sorted-numbers.ts';

/** What a rule has to go on: a value known to lie in [low, high], or the reason why there is none. */
export type Reading =
  | {
      readonly state: 'known';
      readonly low: number;
      /** Infinity where only a lower bound is known. */
      readonly high: number;
      /** The value to show; null where only a lower bound is known. */
      readonly value: number | null;
      readonly samples: number;
      readonly provenance: Provenance;
      /** Why the value is not known better than this; for a rule that cannot be judged on it. */
      readonly reason?: string;
      /** Whose value it is, where several could have been judged. */
      readonly of?: { readonly group: string; readonly topic: string };
    }
  | {
      readonly state: 'unknown';
      readonly reason: string;
      readonly of?: { readonly group: string; readonly topic: string };
    };

export const exactly = (
  value: number,
  samples: number,
  source: string,
  kind: Provenance['kind'] = 'measured',
): Reading => ({
  state: 'known',
  low: value,
  high: value,
  value,
  samples,
  provenance: { kind, source, samples },
});

export const unknown = (reason: string): Reading => ({ state: 'unknown', reason });

export type SampleMethod = 'avg' | 'min' | 'max' | 'med' | 'p' | 'value';

/**
 * Aggregates samples that each lie in [low, high], one after the other; the aggregate then lies between those of the lows and
 * the highs. Only a quantile keeps them: which of them it lies between is not known before the last one.
 */
export class SampleAggregate {
  count = 0;
  readonly #method: SampleMethod;
  readonly #lows: Aggregate;
  readonly #highs: Aggregate;

  constructor(method: SampleMethod, percentile: number) {
    this.#method = method;
    this.#lows = newAggregate(method, percentile);
    this.#highs = newAggregate(method, percentile);
  }

  take(low: number, high: number): void {
    this.count += 1;
    this.#lows.take(low);
    this.#highs.take(high);
  }

  read(source: string): Reading {
    const { count: samples } = this;
    if (samples === 0) return unknown('no-samples');
    const [low, high] = [this.#lows.read(), this.#highs.read()];
    const isSeen = this.#method === 'max' || this.#method === 'min' || this.#method === 'value';
    const provenance = { kind: isSeen ? 'measured' : 'computed', source, samples } as const;
    return { state: 'known', low, high, value: (low + high) / 2, samples, provenance };
  }
}

type Aggregate = { take(value: number): void; read(): number };

const newAggregate = (method: SampleMethod, percentile: number): Aggregate => {
  switch (method) {
    case 'avg':
      return mean();
    case 'min':
      return folded(Number.POSITIVE_INFINITY, Math.min);
    case 'max':
      return folded(Number.NEGATIVE_INFINITY, Math.max);
    case 'value':
      return folded(Number.NaN, (_before, value) => value);
    default:
      return quantileOf(method === 'med' ? 0.5 : percentile / 100);
  }
};

const folded = (start: number, add: (before: number, value: number) => number): Aggregate => {
  let folding = start;
  return {
    take: (value) => {
      folding = add(folding, value);
    },
    read: () => folding,
  };
};

const mean = (): Aggregate => {
  let [sum, count] = [0, 0];
  return {
    take: (value) => {
      sum += value;
      count += 1;
    },
    read: () => sum / count,
  };
};

const quantileOf = (q: number): Aggregate => {
  const values = new SortedNumbers();
  return { take: (value) => values.add(value), read: () => quantile(values.read(), q) };
};

/** Linear interpolation between the closest ranks, as k6 does for its trends; values ascend. */
export const quantile = (ascending: ArrayLike<number>, q: number): number => {
  const position = q * (ascending.length - 1);
  const below = ascending[Math.floor(position)] ?? Number.NaN;
  const above = ascending[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
};
