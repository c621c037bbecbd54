import type { PartitionLag } from './partition-lag.ts';
import { SumOfLatest } from './sum-of-latest.ts';

/** Lag of several partitions together, kept up to date from reading to reading; few of them change in one. */
export class LagOfLatest {
  readonly #lags: PartitionLag[] = [];
  readonly #low = new SumOfLatest();
  readonly #high = new SumOfLatest();
  /** Partitions of which there is a lag, those among them where it is no number, and where it was set to zero. */
  #known = 0;
  #unknown = 0;
  #clamped = 0;
  #reading = 0;
  /** The reading in which each was last seen, and how many were in this one. */
  readonly #seenIn: number[] = [];
  #seen = 0;

  /** This reading has a sample of that partition. */
  see(index: number): void {
    if (this.#seenIn[index] !== this.#reading) this.#seen += 1;
    this.#seenIn[index] = this.#reading;
  }

  /** What the lag of that partition is from this reading on. */
  set(index: number, now: PartitionLag): void {
    const before = this.#lags[index];
    if (before === undefined) this.#known += 1;
    this.#unknown += (now.low === null ? 1 : 0) - (before?.low === null ? 1 : 0);
    this.#clamped += (now.isClamped ? 1 : 0) - (before?.isClamped === true ? 1 : 0);
    this.#low.set(index, now.low ?? 0);
    this.#high.set(index, now.high ?? 0);
    this.#lags[index] = now;
  }

  /** Bounds are null where the lag of one of them is no number, or it was not seen in this reading. */
  endReading(): { lagLow: number | null; lagHigh: number | null; clamped: number } {
    const reading = this.#reading;
    const isKnown = this.#unknown === 0 && this.#seen === this.#known;
    this.#reading += 1;
    this.#seen = 0;
    const clamped =
      this.#clamped === 0
        ? 0
        : this.#lags.filter(({ isClamped }, index) => isClamped && this.#seenIn[index] === reading).length;
    return isKnown
      ? { lagLow: this.#low.sum, lagHigh: this.#high.sum, clamped }
      : { lagLow: null, lagHigh: null, clamped };
  }
}
