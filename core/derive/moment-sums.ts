import { numberRoom } from '../record/room.ts';

/** What is beyond this is added up by itself, so that up to 8,192 things are added up exactly. */
const unit = 2 ** 40;

/** Sums of whole numbers over many things at each of many moments, told by when one of the things changes. */
export class MomentSums {
  readonly #changes: Float64Array;
  /** In units; made only where there is something as great. */
  #units: Float64Array | undefined;

  /** The sums stand in the room then, and are good until somebody else uses it. */
  constructor(moments: number, room = numberRoom()) {
    this.#changes = room.of(moments + 1).fill(0);
  }

  /** From that moment on, one of them is `to` and no longer `from`. */
  change(at: number, from: number, to: number): void {
    if (from < unit && from > -unit && to < unit && to > -unit) {
      this.#changes[at] = (this.#changes[at] as number) + to - from;
      return;
    }
    const units = (this.#units ??= new Float64Array(this.#changes.length));
    const [was, is] = [Math.trunc(from / unit), Math.trunc(to / unit)];
    units[at] = (units[at] as number) + is - was;
    this.#changes[at] = (this.#changes[at] as number) + (to - is * unit) - (from - was * unit);
  }

  /** One thing more, which is 0 at first: what it is from each of those moments on, which ascend. NaN counts as 0. */
  add(values: Float64Array, moments: Int32Array): void {
    const changes = this.#changes;
    let before = 0;
    for (let index = 0; index < moments.length; index += 1) {
      // NaN is not what it is.
      const value = values[index] === values[index] ? (values[index] as number) : 0;
      if (value === before) continue;
      const at = moments[index] as number;
      if (value < unit && value > -unit && before < unit && before > -unit)
        changes[at] = (changes[at] as number) + value - before;
      else this.change(at, before, value);
      before = value;
    }
  }

  /** One for each moment. */
  sums(): Float64Array {
    const [sums, units] = [this.#changes, this.#units];
    let sum = 0;
    let inUnits = 0;
    for (let at = 0; at < sums.length; at += 1) {
      sum += sums[at] as number;
      if (units !== undefined) inUnits += units[at] as number;
      sums[at] = inUnits * unit + sum;
    }
    return sums;
  }
}
