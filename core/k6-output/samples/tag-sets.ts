import type { TagValues } from './sample-batch.ts';
import { shortestText, type ScanMemory } from './scan-memory.ts';

/** The end of a line from behind its value, as it stood in one before, and what its tags came to for each metric, by number. */
export class TagSet {
  /** Where the text is kept. */
  readonly place: number;
  readonly length: number;
  readonly #values: (TagValues | undefined)[] = [];

  constructor(place: number, length: number) {
    this.place = place;
    this.length = length;
  }

  of(metric: number): TagValues | undefined {
    return this.#values[metric];
  }

  keep(metric: number, tags: TagValues): void {
    this.#values[metric] = tags;
  }
}

const longestText = 4096;
const looks = 8;

/** Ends of lines that were read; most lines end as others did. */
export class TagSets {
  readonly #memory: ScanMemory;
  readonly #sets = new Map<number, TagSet>();

  constructor(memory: ScanMemory) {
    this.#memory = memory;
  }

  /** The set of the text in between; where it is new, it is kept by `keep`. undefined for one that is not kept. */
  at(from: number, to: number, keep?: (from: number, to: number) => number): TagSet | undefined {
    const length = to - from;
    if (length < shortestText || length > longestText) return undefined;
    const { view, same } = this.#memory;
    const step = Math.floor((length - 4) / (looks - 1));
    let hash = length;
    for (let look = 0; look < looks; look += 1)
      hash = (Math.imul(hash, 31) + view.getInt32(from + look * step)) | 0;
    const known = this.#sets.get(hash);
    if (known?.length === length && same(from, known.place, length) !== 0) return known;
    if (keep === undefined) return undefined;
    const set = new TagSet(keep(from, to), length);
    this.#sets.set(hash, set);
    return set;
  }

  clear(): void {
    this.#sets.clear();
  }
}
