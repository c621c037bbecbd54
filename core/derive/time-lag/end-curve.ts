import type { Stretches } from '../../record/stretches.ts';
import { distance, type Whole } from '../../record/whole.ts';

/** How the end of one partition's log rose, stretch by stretch. */
export class EndCurve {
  /** Answers of `find`: when a message was produced; `lowMs` is NaN where that was before the history. */
  ms = 0;
  lowMs = 0;
  highMs = 0;
  readonly #stretches: Stretches;
  /** The first stretch of the newest log, and the newest stretch. */
  #first = 0;
  #newest = -1;
  /** Where the last message was found: the next one is near it. */
  #near = 0;

  constructor(stretches: Stretches) {
    this.#stretches = stretches;
  }

  /** Whether the newest stretch is the first of its log. */
  get isFirst(): boolean {
    return this.#newest === this.#first;
  }

  /** The next stretch. */
  take(): void {
    const { end } = this.#stretches;
    this.#newest += 1;
    // An end that went back is that of another log.
    if (this.#newest > 0 && (end[this.#newest] as Whole) < (end[this.#newest - 1] as Whole))
      this.#first = this.#near = this.#newest;
  }

  /** When the message at an offset in front of the newest end was produced. */
  find(offset: Whole): void {
    const { end, from, to, readings } = this.#stretches;
    const { endSentMs, endReceivedMs } = readings;
    const at = this.#stretchOf(offset);
    const reading = from[at] as number;
    const middleMs = ((endSentMs[reading] as number) + (endReceivedMs[reading] as number)) / 2;
    this.highMs = endReceivedMs[reading] as number;
    if (at === this.#first) {
      this.ms = middleMs;
      this.lowMs = Number.NaN;
      return;
    }
    const before = (to[at - 1] as number) - 1;
    const endBefore = end[at - 1] as Whole;
    // The message at `offset` is the last of those that took the end to `offset + 1`.
    const share = (distance(offset, endBefore) + 0.5) / distance(end[at] as Whole, endBefore);
    this.lowMs = endSentMs[before] as number;
    const beforeMs = ((endSentMs[before] as number) + (endReceivedMs[before] as number)) / 2;
    this.ms = beforeMs + (middleMs - beforeMs) * share;
  }

  /** The first stretch of the log whose end is beyond the offset. */
  #stretchOf(offset: Whole): number {
    const { end } = this.#stretches;
    let [low, high] = [this.#first, this.#newest];
    if (!((end[this.#near] as Whole) > offset)) low = this.#near;
    else if (this.#near === low || !((end[this.#near - 1] as Whole) > offset)) return this.#near;
    else high = this.#near;
    // A few steps on, as a rule.
    for (let step = 1; low + step < high; step *= 2) {
      if ((end[low + step] as Whole) > offset) {
        high = low + step;
        break;
      }
      low += step;
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((end[middle] as Whole) > offset) high = middle;
      else low = middle + 1;
    }
    return (this.#near = low);
  }
}
