import type { ReadingTimes } from './run-record.ts';

type Times = Float64Array<ArrayBuffer>;

/** When readings were taken, by their number; the partitions that they read share them. */
export class Readings {
  #length = 0;
  #fromMs: Times = new Float64Array(16);
  #toMs: Times = new Float64Array(16);
  #endSentMs: Times = new Float64Array(16);
  #endReceivedMs: Times = new Float64Array(16);
  #isAscending = true;

  get length(): number {
    return this.#length;
  }

  /** Whether none was taken before the one with the number below; false where a clock went back. */
  get isAscending(): boolean {
    return this.#isAscending;
  }

  /** By number; what stands behind the last one says nothing. Not those of readings that are added later. */
  get fromMs(): Times {
    return this.#fromMs;
  }
  get toMs(): Times {
    return this.#toMs;
  }
  get endSentMs(): Times {
    return this.#endSentMs;
  }
  get endReceivedMs(): Times {
    return this.#endReceivedMs;
  }

  /** Answers its number. */
  add({ fromMs, toMs, endSentMs, endReceivedMs }: ReadingTimes): number {
    const number = this.#length;
    if (number === this.#fromMs.length) this.#grow();
    this.#fromMs[number] = fromMs;
    this.#toMs[number] = toMs;
    this.#endSentMs[number] = endSentMs;
    this.#endReceivedMs[number] = endReceivedMs;
    if (number > 0 && !this.#isBehind(number - 1)) this.#isAscending = false;
    this.#length += 1;
    return number;
  }

  at(number: number): ReadingTimes {
    return {
      fromMs: this.#fromMs[number] as number,
      toMs: this.#toMs[number] as number,
      endSentMs: this.#endSentMs[number] as number,
      endReceivedMs: this.#endReceivedMs[number] as number,
    };
  }

  #isBehind(before: number): boolean {
    return [this.#fromMs, this.#toMs, this.#endSentMs, this.#endReceivedMs].every(
      (times) => (times[before + 1] as number) >= (times[before] as number),
    );
  }

  #grow(): void {
    const grown = (times: Times): Times => {
      const longer = new Float64Array(times.length * 2);
      longer.set(times);
      return longer;
    };
    this.#fromMs = grown(this.#fromMs);
    this.#toMs = grown(this.#toMs);
    this.#endSentMs = grown(this.#endSentMs);
    this.#endReceivedMs = grown(this.#endReceivedMs);
  }
}
