import type { OffsetSamples, ReadingTimes } from '../../record/run-record.ts';
import { cursorOf } from '../../record/sample-cursor.ts';

/** When a message was produced; `lowMs` undefined: before the history. */
export type Produced = { readonly ms: number; readonly lowMs: number | undefined; readonly highMs: number };

/** A reading that first saw an end, and what the one in front of it saw; undefined where that was no reading of the same log. */
type Step = {
  readonly end: bigint;
  readonly times: ReadingTimes;
  readonly endBefore: bigint | undefined;
  readonly timesBefore: ReadingTimes | undefined;
};

/**
 * How the end of one partition's log rose, sample by sample. Of what a group has worked off nothing is kept, so that it takes as
 * much memory as work waits; a group that goes back has it read once more.
 */
export class EndCurve {
  readonly #samples: OffsetSamples;
  #steps: Step[] = [];
  /** Steps in front of this one are forgotten. */
  #first = 0;
  #forgets = true;
  #taken = 0;
  #end: bigint | undefined;
  #times: ReadingTimes | undefined;
  #isFirst = true;

  /** `samples`: those that are going to be taken, in their order. */
  constructor(samples: OffsetSamples) {
    this.#samples = samples;
  }

  /** Whether the newest sample is the first of its log. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  take(end: bigint, times: ReadingTimes): void {
    const [endBefore, timesBefore] = [this.#end, this.#times];
    // An end that went back is that of another log.
    this.#isFirst = endBefore === undefined || end < endBefore;
    if (this.#isFirst) {
      this.#steps = [{ end, times, endBefore: undefined, timesBefore: undefined }];
      this.#first = 0;
    } else if (end !== endBefore) this.#steps.push({ end, times, endBefore, timesBefore });
    this.#end = end;
    this.#times = times;
    this.#taken += 1;
  }

  /** Nothing in front of that offset is going to be asked for, as far as can be told. */
  forget(below: bigint): void {
    if (!this.#forgets) return;
    for (let step = this.#steps[this.#first]; step !== undefined && step.end <= below;)
      step = this.#steps[(this.#first += 1)];
    if (this.#first < 1000 || this.#first < this.#steps.length / 2) return;
    this.#steps.splice(0, this.#first - 1);
    this.#first = 1;
  }

  /** When the message at an offset in front of the end was produced. */
  producedAt(offset: bigint): Produced {
    if (this.#isForgotten(offset)) this.#recall();
    let [low, high] = [this.#first, this.#steps.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#steps[middle] as Step).end > offset) high = middle;
      else low = middle + 1;
    }
    return producedIn(this.#steps[low] as Step, offset);
  }

  #isForgotten(offset: bigint): boolean {
    const last = this.#first === 0 ? undefined : this.#steps[this.#first - 1];
    return last !== undefined && offset < last.end;
  }

  #recall(): void {
    const again = new EndCurve(this.#samples);
    const cursor = cursorOf(this.#samples);
    while (again.#taken < this.#taken && cursor.next()) again.take(cursor.content.end, cursor.times);
    this.#steps = again.#steps;
    this.#first = 0;
    this.#forgets = false;
  }
}

const producedIn = (step: Step, offset: bigint): Produced => {
  const { end, times, endBefore, timesBefore } = step;
  if (endBefore === undefined || timesBefore === undefined)
    return { ms: middleOf(times), lowMs: undefined, highMs: times.endReceivedMs };
  // The message at `offset` is the last of those that took the end to `offset + 1`.
  const share = (Number(offset - endBefore) + 0.5) / Number(end - endBefore);
  const ms = middleOf(timesBefore) + (middleOf(times) - middleOf(timesBefore)) * share;
  return { ms, lowMs: timesBefore.endSentMs, highMs: times.endReceivedMs };
};

const middleOf = ({ endSentMs, endReceivedMs }: ReadingTimes): number => (endSentMs + endReceivedMs) / 2;
