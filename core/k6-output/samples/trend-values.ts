import type { Histogram } from '../../record/histogram.ts';

/** Buckets of 0.27 %: a percentile read from them is off by 0.14 % at most. */
const fineSchema = 8;
/** Values of one trend that are kept as they are, 8 MB; of more, percentiles come from the buckets. */
const mostKept = 2 ** 20;
const chunkValues = 2 ** 13;

/** All values of one trend: exact while they are few enough to be kept, in buckets from there on. */
export class TrendValues {
  count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #chunks: Float64Array[] = [];
  #chunk = new Float64Array(64);
  #inChunk = 0;
  #buckets: Map<number, number> | undefined;
  readonly #mostKept: number;

  constructor(kept = mostKept) {
    this.#mostKept = kept;
  }

  add(value: number): void {
    this.count += 1;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (this.#buckets === undefined && this.#inChunk === this.#chunk.length) this.#nextChunk();
    if (this.#buckets !== undefined) addToBucket(this.#buckets, value);
    else {
      this.#chunk[this.#inChunk] = value;
      this.#inChunk += 1;
    }
  }

  /** Whether percentiles are those of the values, and not of buckets. */
  get isExact(): boolean {
    return this.#buckets === undefined;
  }

  /** k6's own statistics by its names; without samples none. */
  values(percentiles: Iterable<number>): Record<string, number> {
    if (this.count === 0) return {};
    const quantile = this.#quantiles();
    const values: Record<string, number> = {
      avg: this.#sum / this.count,
      min: this.#min,
      med: quantile(0.5),
      max: this.#max,
    };
    for (const percentile of percentiles) values[`p(${percentile})`] = quantile(percentile / 100);
    return values;
  }

  #nextChunk(): void {
    this.#chunks.push(this.#chunk);
    this.#inChunk = 0;
    if (this.count <= this.#mostKept) {
      this.#chunk = new Float64Array(Math.min(chunkValues, 2 * this.#chunk.length));
      return;
    }
    const buckets = new Map<number, number>();
    for (const chunk of this.#chunks) for (const value of chunk) addToBucket(buckets, value);
    this.#buckets = buckets;
    this.#chunks = [];
    this.#chunk = new Float64Array(0);
  }

  #quantiles(): (q: number) => number {
    if (this.#buckets !== undefined) return this.#fromBuckets(this.#buckets);
    const sorted = new Float64Array(this.count);
    let at = 0;
    for (const chunk of this.#chunks) {
      sorted.set(chunk, at);
      at += chunk.length;
    }
    sorted.set(this.#chunk.subarray(0, this.#inChunk), at);
    sorted.sort();
    return (q) => interpolated(sorted, q);
  }

  #fromBuckets(buckets: ReadonlyMap<number, number>): (q: number) => number {
    const ordered = [...buckets].sort(([left], [right]) => left - right);
    return (q) => {
      const rank = Math.max(1, Math.ceil(q * this.count));
      let seen = 0;
      for (const [key, count] of ordered) {
        seen += count;
        if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, middleOf(key)));
      }
      return this.#max;
    };
  }
}

/** Between the two values that the rank lies between, as k6 does. */
const interpolated = (sorted: Float64Array, q: number): number => {
  const rank = q * (sorted.length - 1);
  const below = Math.floor(rank);
  const [low, high] = [sorted[below] ?? 0, sorted[Math.min(below + 1, sorted.length - 1)] ?? 0];
  return low + (high - low) * (rank - below);
};

/** Keys ascend with the values: negative ones below, 0 in the middle. Beyond any exponent of a double. */
const keyOffset = 2 ** 20;

const addToBucket = (buckets: Map<number, number>, value: number): void => {
  const size = value === 0 ? 0 : Math.ceil(Math.log2(Math.abs(value)) * 2 ** fineSchema) + keyOffset;
  const key = value < 0 ? -size : size;
  buckets.set(key, (buckets.get(key) ?? 0) + 1);
};

const middleOf = (key: number): number => {
  if (key === 0) return 0;
  const size = 2 ** ((Math.abs(key) - keyOffset - 0.5) / 2 ** fineSchema);
  return key < 0 ? -size : size;
};

/** Buckets of 2.2 %, for each second: a percentile of a second is off by 1.1 % at most. */
const secondSchema = 5;

/** What fell into one second of a trend; undefined once a negative value did, for which such buckets have no place. */
export class SecondBuckets {
  #count = 0;
  #sum = 0;
  #zeros = 0;
  #hasNegative = false;
  readonly #buckets = new Map<number, number>();

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    if (value > 0) {
      const index = Math.ceil(Math.log2(value) * 2 ** secondSchema);
      this.#buckets.set(index, (this.#buckets.get(index) ?? 0) + 1);
    } else if (value === 0) this.#zeros += 1;
    else this.#hasNegative = true;
  }

  histogram(): Histogram | undefined {
    if (this.#hasNegative) return undefined;
    return {
      schema: secondSchema,
      count: this.#count,
      sum: this.#sum,
      zeroCount: this.#zeros,
      buckets: [...this.#buckets].sort(([left], [right]) => left - right),
    };
  }
}
