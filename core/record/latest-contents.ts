import { keptLength, keptPlaces } from './content-columns.ts';
import { moveLength } from './content-rows.ts';
import type { SampleColumns } from './sample-columns.ts';

/** So many changes are kept aside: together they reach the samples in one go, and take less room than what is packed at once. */
const mostAside = 8;

const { committedBetween, committedAfter, end, logStart, beyondEnd, marks } = keptPlaces;

/**
 * What was seen last of each partition, by number and as long as it is known to be what every reading since then saw: a line that names
 * all partitions says of most what is there already. Of what changes most by far, the committed and the end offset, some changes lie
 * here side by side before its samples get them: those of many partitions lie far from each other.
 */
export class LatestContents {
  readonly #samples: readonly (SampleColumns | undefined)[];
  /** A row each; NaN in front where nothing is known. */
  readonly #rows: Float64Array;
  readonly #aside: Float64Array;
  readonly #asideCounts: Uint8Array;

  constructor(samples: readonly (SampleColumns | undefined)[]) {
    this.#samples = samples;
    this.#rows = new Float64Array(samples.length * keptLength).fill(Number.NaN);
    this.#aside = new Float64Array(samples.length * moveLength * mostAside);
    this.#asideCounts = new Uint8Array(samples.length);
  }

  /** Answers whether what begins there is what is known, or goes on behind it; if not, its samples have to be told. */
  take(id: number, reading: number, contents: Float64Array, from: number): boolean {
    const rows = this.#rows;
    const at = id * keptLength;
    // Not so either where nothing is known.
    if (
      rows[at + committedBetween] !== contents[from + committedBetween] ||
      rows[at + logStart] !== contents[from + logStart] ||
      rows[at + beyondEnd] !== contents[from + beyondEnd] ||
      rows[at + marks] !== contents[from + marks]
    )
      return false;
    const committed = contents[from + committedAfter] as number;
    const newEnd = contents[from + end] as number;
    if (rows[at + committedAfter] === committed && rows[at + end] === newEnd) return true;
    if (this.#asideCounts[id] === mostAside) this.#settle(id);
    const count = this.#asideCounts[id] as number;
    const aside = this.#aside;
    const place = (id * mostAside + count) * moveLength;
    aside[place] = reading;
    aside[place + 1] = committed;
    aside[place + 2] = newEnd;
    this.#asideCounts[id] = count + 1;
    rows[at + committedAfter] = committed;
    rows[at + end] = newEnd;
    return true;
  }

  /** What begins there was seen of it, as its samples have been told. */
  know(id: number, contents: Float64Array, from: number): void {
    const at = id * keptLength;
    for (let column = 0; column < keptLength; column += 1)
      this.#rows[at + column] = contents[from + column] as number;
  }

  /** Tells its samples what they do not have yet; what is seen of it next may be anything. */
  forget(id: number): void {
    this.#settle(id);
    this.#rows[id * keptLength] = Number.NaN;
  }

  forgetAll(): void {
    for (let id = 0; id < this.#asideCounts.length; id += 1) this.forget(id);
  }

  #settle(id: number): void {
    const count = this.#asideCounts[id] as number;
    if (count === 0) return;
    const aside = this.#aside.subarray(id * mostAside * moveLength, (id * mostAside + count) * moveLength);
    this.#samples[id]?.goOn(aside, this.#rows, id * keptLength);
    this.#asideCounts[id] = 0;
  }
}
