import type { Provenance } from '../quantity.ts';

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

/** Aggregates samples that each lie in [low, high]; the aggregate then lies between those of the lows and the highs. */
export const aggregateSamples = (
  samples: readonly (readonly [low: number, high: number])[],
  method: 'avg' | 'min' | 'max' | 'med' | 'p' | 'value',
  percentile: number,
  source: string,
): Reading => {
  if (samples.length === 0) return unknown('no-samples');
  const lows = samples.map(([low]) => low);
  const highs = samples.map(([, high]) => high);
  const [low, high] = [aggregate(lows, method, percentile), aggregate(highs, method, percentile)];
  const kind = method === 'max' || method === 'min' || method === 'value' ? 'measured' : 'computed';
  return {
    state: 'known',
    low,
    high,
    value: (low + high) / 2,
    samples: samples.length,
    provenance: { kind, source, samples: samples.length },
  };
};

const aggregate = (values: readonly number[], method: string, percentile: number): number => {
  switch (method) {
    case 'avg':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'min':
      return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    case 'max':
      return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    case 'value':
      return values.at(-1) ?? Number.NaN;
    default:
      return quantile(values, method === 'med' ? 0.5 : percentile / 100);
  }
};

/** Linear interpolation between the closest ranks, as k6 does for its trends. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((left, right) => left - right);
  const position = q * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
};
