import type { Histogram } from './histogram.ts';
import type { Window } from './run-record.ts';

const pageSlots = 8192;
/** Slots in front of those of the buckets. */
const slots = { fromMs: 0, toMs: 1, schema: 2, scale: 3, count: 4, sum: 5, zeroCount: 6, buckets: 7 };
const headSlots = Object.keys(slots).length;

/** A page of slots of 64 bits: a number, or index and count of a bucket. */
type Page = { readonly numbers: Float64Array; readonly halves: Int32Array };

/**
 * Keeps windows in 8 bytes for each bucket instead of some 60: of a day of one metric there are 86,400 windows, each with as many
 * buckets as its second had different values. What does not fit, as a count that is no whole number, stays as it is.
 */
export class KeptWindows {
  #page: Page = newPage(0);
  #filled = 0;

  /** The same window. Its histogram is made anew each time that it is asked for. */
  keep(window: Window): Window {
    const { fromMs, toMs, histogram } = window;
    const { schema, scale = Number.NaN, count, sum, zeroCount, buckets } = histogram;
    if (!buckets.every(([index, each]) => isShort(index) && isShort(each))) return window;
    const length = headSlots + buckets.length;
    if (this.#filled + length > this.#page.numbers.length) {
      this.#page = newPage(Math.max(pageSlots, length));
      this.#filled = 0;
    }
    const [{ numbers, halves }, at] = [this.#page, this.#filled];
    numbers.set([fromMs, toMs, schema, scale, count, sum, zeroCount, buckets.length], at);
    buckets.forEach(([index, each], place) => halves.set([index, each], 2 * (at + headSlots + place)));
    this.#filled += length;
    return new KeptWindow(this.#page, at);
  }
}

const newPage = (length: number): Page => {
  const numbers = new Float64Array(length);
  return { numbers, halves: new Int32Array(numbers.buffer) };
};

const isShort = (value: number): boolean => Object.is(value | 0, value);

class KeptWindow implements Window {
  readonly #page: Page;
  readonly #at: number;

  constructor(page: Page, at: number) {
    this.#page = page;
    this.#at = at;
  }

  get fromMs(): number {
    return this.#page.numbers[this.#at + slots.fromMs] as number;
  }

  get toMs(): number {
    return this.#page.numbers[this.#at + slots.toMs] as number;
  }

  get histogram(): Histogram {
    const { numbers, halves } = this.#page;
    const at = this.#at;
    const scale = numbers[at + slots.scale] as number;
    const length = numbers[at + slots.buckets] as number;
    const first = 2 * (at + headSlots);
    const buckets: (readonly [number, number])[] = [];
    for (let half = first; half < first + 2 * length; half += 2)
      buckets.push([halves[half] as number, halves[half + 1] as number]);
    const histogram = {
      schema: numbers[at + slots.schema] as number,
      count: numbers[at + slots.count] as number,
      sum: numbers[at + slots.sum] as number,
      zeroCount: numbers[at + slots.zeroCount] as number,
      buckets,
    };
    return Number.isNaN(scale) ? histogram : { ...histogram, scale };
  }
}
