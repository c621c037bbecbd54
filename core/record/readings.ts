import type { ReadingTimes } from './run-record.ts';

/** When readings were taken, by their number; the partitions that they read share them. */
export class Readings {
  readonly #times: ReadingTimes[] = [];
  #isAscending = true;

  get length(): number {
    return this.#times.length;
  }

  /** Whether none was taken before the one with the number below; false where a clock went back. */
  get isAscending(): boolean {
    return this.#isAscending;
  }

  /** Answers its number. */
  add(times: ReadingTimes): number {
    const before = this.#times.at(-1);
    if (before !== undefined && (times.fromMs < before.fromMs || times.endReceivedMs < before.endReceivedMs))
      this.#isAscending = false;
    return this.#times.push(times) - 1;
  }

  at(number: number): ReadingTimes {
    return this.#times[number] as ReadingTimes;
  }
}
