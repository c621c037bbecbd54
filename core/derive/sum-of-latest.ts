/** Sum of the latest values of many things, of which few change at a time. */
export class SumOfLatest {
  readonly #values: number[] = [];
  #sum = 0;
  #isExact = true;

  set(index: number, value: number): void {
    this.#sum += value - (this.#values[index] ?? 0);
    this.#values[index] = value;
    if (!Number.isSafeInteger(value) || !Number.isSafeInteger(this.#sum)) this.#isExact = false;
  }

  /** Added up anew where what was added could not be taken away again. */
  get sum(): number {
    return this.#isExact ? this.#sum : this.#values.reduce((sum, value) => sum + value, 0);
  }
}
