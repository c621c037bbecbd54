import type { Histogram } from '../../record/histogram.ts';
import { selectRank } from '../../select-rank.ts';

/** Buckets of 0.27 %: a percentile read from them is off by 0.14 % at most. */
const fineSchema = 8;
/** Values of one trend that are kept as they are, 8 MB; of more, percentiles come from the buckets. */
const mostKept = 2 ** 20;

/** The list grows by so many at most: to copy 8 MB now and then costs less than room for twice as many values. */
const mostGrowth = 2 ** 16;

/** All values of one trend: exact while they are few enough to be kept, in buckets from there on. */
export class TrendValues {
  count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** Those that are kept, in any order, and room for more. */
  #kept = new Float64Array(64);
  #buckets: Map<number, number> | undefined;
  readonly #mostKept: number;

  constructor(kept = mostKept) {
    this.#mostKept = kept;
  }

  /** The first `count` of the values. */
  add(values: Float64Array, count: number): void {
    const before = this.count;
    this.count += count;
    let sum = this.#sum;
    let min = this.#min;
    let max = this.#max;
    for (let index = 0; index < count; index += 1) {
      const value = values[index] ?? 0;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.#sum = sum;
    this.#min = min;
    this.#max = max;
    if (this.#buckets === undefined && this.count > this.#mostKept) {
      this.#buckets = new Map();
      addToBuckets(this.#buckets, this.#kept, before);
      this.#makeRoom(0);
    }
    if (this.#buckets !== undefined) return addToBuckets(this.#buckets, values, count);
    if (this.count > this.#kept.length) this.#makeRoom(this.count + Math.min(this.count, mostGrowth));
    const kept = this.#kept;
    for (let index = 0; index < count; index += 1) kept[before + index] = values[index] ?? 0;
  }

  /** Gives the old room back at once, and not when garbage is next collected. */
  #makeRoom(length: number): void {
    this.#kept = new Float64Array(this.#kept.buffer.transfer(8 * length));
  }

  /** Whether percentiles are those of the values, and not of buckets. */
  get isExact(): boolean {
    return this.#buckets === undefined;
  }

  /** k6's own statistics by its names; without samples none. Asked for once: the values are given up for it. */
  values(percentiles: Iterable<number>): Record<string, number> {
    if (this.count === 0) return {};
    const quantile = this.#quantiles();
    const asked = new Map([['med', 50], ...[...percentiles].map((each) => [`p(${each})`, each] as const)]);
    // Upwards, as each divides the values for those that come after it.
    const found = new Map(
      [...asked]
        .sort(([, left], [, right]) => left - right)
        .map(([name, percentile]) => [name, quantile(percentile / 100)] as const),
    );
    const of = (name: string): number => found.get(name) ?? Number.NaN;
    const values: Record<string, number> = {
      avg: this.#sum / this.count,
      min: this.#min,
      med: of('med'),
      max: this.#max,
    };
    for (const name of asked.keys()) values[name] = of(name);
    this.#makeRoom(0);
    return values;
  }

  /** Must be asked in ascending order. */
  #quantiles(): (q: number) => number {
    if (this.#buckets !== undefined) return this.#fromBuckets(this.#buckets);
    const values = this.#kept.subarray(0, this.count);
    let divided = 0;
    return (q) => {
      const rank = q * (values.length - 1);
      const below = Math.floor(rank);
      const low = selectRank(values, below, divided);
      divided = below;
      return interpolated(low, below + 1 < values.length ? leastFrom(values, below + 1) : low, rank - below);
    };
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
const interpolated = (low: number, high: number, share: number): number => low + (high - low) * share;

const leastFrom = (values: Float64Array, from: number): number => {
  let least = values[from] ?? Number.NaN;
  for (let at = from + 1; at < values.length; at += 1) {
    const value = values[at] ?? 0;
    if (value < least) least = value;
  }
  return least;
};

/** Keys ascend with the values: negative ones below, 0 in the middle. Beyond any exponent of a double. */
const keyOffset = 2 ** 20;

const addToBuckets = (buckets: Map<number, number>, values: Float64Array, count: number): void => {
  for (let index = 0; index < count; index += 1) {
    const value = values[index] ?? 0;
    const size = value === 0 ? 0 : Math.ceil(Math.log2(Math.abs(value)) * 2 ** fineSchema) + keyOffset;
    const key = value < 0 ? -size : size;
    buckets.set(key, (buckets.get(key) ?? 0) + 1);
  }
};

const middleOf = (key: number): number => {
  if (key === 0) return 0;
  const size = 2 ** ((Math.abs(key) - keyOffset - 0.5) / 2 ** fineSchema);
  return key < 0 ? -size : size;
};

/** Buckets of 2.2 %, for each second: a percentile of a second is off by 1.1 % at most. */
const secondSchema = 5;

/** Buckets side by side that are counted in a list; what lies further from the others goes into a map. */
const mostInList = 2 ** 12;
/** Room for so many more, where the list has to grow. */
const spare = 32;

/** What fell into one second of a trend; undefined once a negative value did, for which such buckets have no place. */
export class SecondBuckets {
  #count = 0;
  #sum = 0;
  #zeros = 0;
  #hasNegative = false;
  /** Of the first place in the list. */
  #first = 0;
  #counts = new Uint32Array(0);
  #others: Map<number, number> | undefined;

  /** The values from one index to before another. */
  add(values: Float64Array, from: number, to: number): void {
    this.#count += to - from;
    let sum = this.#sum;
    for (let at = from; at < to; at += 1) {
      const value = values[at] ?? 0;
      sum += value;
      if (value > 0) {
        const index = Math.ceil(Math.log2(value) * 2 ** secondSchema);
        const counts = this.#counts;
        const place = index - this.#first;
        if (place >= 0 && place < counts.length) counts[place] = (counts[place] ?? 0) + 1;
        else this.#addBeyond(index);
      } else if (value === 0) this.#zeros += 1;
      else this.#hasNegative = true;
    }
    this.#sum = sum;
  }

  #addBeyond(index: number): void {
    const { length } = this.#counts;
    const first = length === 0 ? index - spare : Math.min(this.#first, index - spare);
    const end = length === 0 ? index + spare : Math.max(this.#first + length, index + spare);
    if (end - first > mostInList) {
      this.#others ??= new Map();
      this.#others.set(index, (this.#others.get(index) ?? 0) + 1);
      return;
    }
    const counts = new Uint32Array(end - first);
    counts.set(this.#counts, length === 0 ? 0 : this.#first - first);
    counts[index - first] = (counts[index - first] ?? 0) + 1;
    this.#first = first;
    this.#counts = counts;
  }

  histogram(): Histogram | undefined {
    if (this.#hasNegative) return undefined;
    return {
      schema: secondSchema,
      count: this.#count,
      sum: this.#sum,
      zeroCount: this.#zeros,
      buckets: this.#buckets(),
    };
  }

  /** Ascending. */
  #buckets(): [index: number, count: number][] {
    const listed: [number, number][] = [];
    for (let place = 0; place < this.#counts.length; place += 1) {
      const count = this.#counts[place] ?? 0;
      if (count > 0) listed.push([this.#first + place, count]);
    }
    if (this.#others === undefined) return listed;
    // The list may since have grown over what is in the map.
    const buckets = new Map(this.#others);
    for (const [index, count] of listed) buckets.set(index, count + (buckets.get(index) ?? 0));
    return [...buckets].sort(([left], [right]) => left - right);
  }
}
