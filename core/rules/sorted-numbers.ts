/** Numbers in ascending order, to which more are added: sorted anew is only what came since the last look. 8 bytes each. */
export class SortedNumbers {
  #values = new Float64Array(64);
  #length = 0;
  #sorted = 0;

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** Good until the next one is added. */
  read(): Float64Array {
    const added = this.#values.slice(this.#sorted, this.#length).sort();
    let [into, left, right] = [this.#length - 1, this.#sorted - 1, added.length - 1];
    for (; right >= 0; into -= 1) {
      const [before, now] = [this.#values[left], added[right] as number];
      if (before !== undefined && before > now) {
        this.#values[into] = before;
        left -= 1;
      } else {
        this.#values[into] = now;
        right -= 1;
      }
    }
    this.#sorted = this.#length;
    return this.#values.subarray(0, this.#length);
  }
}
