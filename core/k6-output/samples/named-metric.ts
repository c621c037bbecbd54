import type { TagValues } from './sample-batch.ts';
import type { CountedMetric } from './sample-sink.ts';
import type { TagSet } from './tag-sets.ts';

const mostKeptTags = 32;

/** A metric as it stands in lines, and what was last seen of it there. */
export class NamedMetric {
  readonly number: number;
  /** Where its lines are kept up to their time. */
  readonly place: number;
  readonly length: number;
  /** undefined: its samples are passed over. */
  readonly counted: CountedMetric | undefined;
  /** Names of the tags that are asked for. */
  readonly wanted: readonly Uint8Array[];
  /** Their values in the sample that is being read; one list for all, so that none has to be made. */
  readonly tags: (string | undefined)[];
  /** How the last line of it that was new ended. */
  tagSet: TagSet | undefined;
  /** Which came after it the last time. */
  next: NamedMetric | undefined;
  readonly #keptTags: TagValues[] = [];

  constructor(number: number, place: number, length: number, counted: CountedMetric | undefined) {
    this.number = number;
    this.place = place;
    this.length = length;
    this.counted = counted;
    this.wanted = (counted?.wantedTags ?? []).map((key) => new TextEncoder().encode(key));
    this.tags = this.wanted.map(() => undefined);
  }

  /** The tags in a list that stays: the one of a line before, where it had the same. */
  keptTags(): TagValues {
    const { tags } = this;
    const known = this.#keptTags.find((kept) => kept.every((value, index) => value === tags[index]));
    if (known !== undefined) return known;
    const kept = [...tags];
    if (this.#keptTags.length === mostKeptTags) this.#keptTags.length = 0;
    this.#keptTags.push(kept);
    return kept;
  }
}
