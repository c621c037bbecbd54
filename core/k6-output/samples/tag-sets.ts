import type { TagValues } from './sample-batch.ts';
import { Stencil } from './stencil.ts';

/** The end of a line from behind `"tags":{`, as it stood in one before, and what it came to for each metric, by number. */
export class TagSet {
  readonly text: Stencil;
  readonly #values: (TagValues | undefined)[] = [];

  constructor(text: Stencil) {
    this.text = text;
  }

  of(metric: number): TagValues | undefined {
    return this.#values[metric];
  }

  keep(metric: number, tags: TagValues): void {
    this.#values[metric] = tags;
  }
}

const mostSets = 512;
const longestText = 4096;
const places = 8;

/** Ends of lines that were read; most lines end as others did. More than are kept begin the list anew. */
export class TagSets {
  readonly #sets = new Map<number, TagSet>();

  /** The set of the text in between; undefined for one that is not kept. */
  at(view: DataView, from: number, to: number): TagSet | undefined {
    const length = to - from;
    if (length < places || length > longestText) return undefined;
    const step = Math.floor((length - 4) / (places - 1));
    let hash = length;
    for (let place = 0; place < places; place += 1)
      hash = (Math.imul(hash, 31) + view.getInt32(from + place * step)) | 0;
    const known = this.#sets.get(hash);
    if (known?.text.length === length && known.text.isAt(view, from)) return known;
    if (this.#sets.size >= mostSets) this.#sets.clear();
    const set = new TagSet(new Stencil(view, from, to));
    this.#sets.set(hash, set);
    return set;
  }

  clear(): void {
    this.#sets.clear();
  }
}
