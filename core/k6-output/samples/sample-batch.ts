/** Values of the tags that a metric asks for, in its order; undefined where a sample has none of that name. */
export type TagValues = readonly (string | undefined)[];

/** Samples that are counted at once: their figures then stay in registers, and no number needs an object of its own. */
const batchSamples = 256;

/** Samples of one metric in columns, in the order in which they came. */
export class SampleBatch {
  /** Epoch in whole ms. */
  readonly times = new Float64Array(batchSamples);
  readonly values = new Float64Array(batchSamples);
  readonly tags: TagValues[] = Array.from({ length: batchSamples }, () => noTags);
  count = 0;

  /** Whether there is no room for another one. */
  add(atMs: number, value: number, tags: TagValues): boolean {
    const at = this.count;
    this.times[at] = atMs;
    this.values[at] = value;
    this.tags[at] = tags;
    this.count = at + 1;
    return at + 1 === batchSamples;
  }
}

export const noTags: TagValues = [];
