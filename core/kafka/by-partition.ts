/** Values of a topic's partitions by their number: what a Map of them offers a reader. */
export type ByPartition<Value> = Pick<ReadonlyMap<number, Value>, 'get' | 'size' | 'forEach'> &
  Iterable<readonly [partition: number, value: Value]>;

/** Partitions are numbered from 0 on without gaps, so that a list does; of 100,000 a tick, Maps take several times as long. */
export class PartitionList<Value> implements ByPartition<Value> {
  readonly #values: (Value | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(partition: number): Value | undefined {
    return this.#values[partition];
  }

  set(partition: number, value: Value): void {
    if (this.#values[partition] === undefined) this.#size += 1;
    this.#values[partition] = value;
  }

  forEach(callback: (value: Value, partition: number, all: never) => void): void {
    this.#values.forEach((value, partition) => {
      if (value !== undefined) callback(value, partition, undefined as never);
    });
  }

  *[Symbol.iterator](): Generator<readonly [number, Value]> {
    for (const [partition, value] of this.#values.entries())
      if (value !== undefined) yield [partition, value];
  }
}
