import type { LinePoint } from './series-points.ts';

/**
 * Thins a line, as it is told point by point, to at most two points per bucket of time, the lowest and the highest, so that no peak is
 * lost. Breaks, whose value is NaN, stay breaks. Lines with no more points than that come back as they are.
 */
export class ThinnedLine {
  readonly #widthMs: number;
  readonly #mostPoints: number;
  /** The points, as long as there are no more than that. */
  readonly #all: LinePoint[] = [];
  #count = 0;
  /** Those that are kept of the buckets before this one. */
  readonly #kept: LinePoint[] = [];
  #bucket = Number.NaN;
  #isEmpty = true;
  #lowestMs = 0;
  #lowest = 0;
  #highestMs = 0;
  #highest = 0;

  constructor(durationMs: number, buckets: number) {
    this.#widthMs = Math.max(1, durationMs / buckets);
    this.#mostPoints = buckets * 2;
  }

  add(elapsedMs: number, value: number): void {
    const isBreak = Number.isNaN(value);
    if (this.#count < this.#mostPoints) this.#all.push([elapsedMs, isBreak ? null : value]);
    this.#count += 1;
    const bucket = Math.floor(elapsedMs / this.#widthMs);
    if (bucket !== this.#bucket || isBreak) this.#endBucket();
    this.#bucket = bucket;
    if (isBreak) this.#kept.push([elapsedMs, null]);
    else this.#addToBucket(elapsedMs, value);
  }

  /** Nothing may be added behind that. */
  points(): LinePoint[] {
    this.#endBucket();
    return this.#count > this.#mostPoints ? this.#kept : this.#all;
  }

  #addToBucket(elapsedMs: number, value: number): void {
    if (this.#isEmpty || value < this.#lowest) {
      this.#lowestMs = elapsedMs;
      this.#lowest = value;
    }
    if (this.#isEmpty || value > this.#highest) {
      this.#highestMs = elapsedMs;
      this.#highest = value;
    }
    this.#isEmpty = false;
  }

  #endBucket(): void {
    if (this.#isEmpty) return;
    this.#isEmpty = true;
    const lowest: LinePoint = [this.#lowestMs, this.#lowest];
    const highest: LinePoint = [this.#highestMs, this.#highest];
    if (this.#lowest === this.#highest) this.#kept.push(lowest);
    else if (this.#lowestMs < this.#highestMs) this.#kept.push(lowest, highest);
    else this.#kept.push(highest, lowest);
  }
}
