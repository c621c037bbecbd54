type Column = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** Room that is made at first; most topics have no more partitions. */
const roomAtFirst = 16;

/** Numbers from 0 on, one for each of a topic's partitions, in as few bytes as their kind of array takes. */
export class PartitionColumn<Values extends Column> {
  readonly #make: (length: number) => Values;
  /** By partition. */
  #values: Values;
  readonly #none: Values[number] | undefined;

  /** `make` answers so many values, each of which says that there is none. */
  constructor(make: (length: number) => Values) {
    this.#make = make;
    this.#values = make(roomAtFirst);
    this.#none = this.#values[0];
  }

  get(partition: number): Values[number] | undefined {
    const value = this.#values[partition];
    return value === this.#none ? undefined : value;
  }

  /** -1 and, of bytes, 0 say that there is none. */
  set(partition: number, value: Values[number]): void {
    if (partition >= this.#values.length) this.#grow(partition + 1);
    this.#values[partition] = value;
  }

  #grow(length: number): void {
    const grown = this.#make(Math.max(length, 2 * this.#values.length));
    grown.set(this.#values as never);
    this.#values = grown;
  }
}

export const partitionOffsets = (): PartitionColumn<BigInt64Array<ArrayBuffer>> =>
  new PartitionColumn((length) => new BigInt64Array(length).fill(-1n));

export const partitionNumbers = (): PartitionColumn<Int32Array<ArrayBuffer>> =>
  new PartitionColumn((length) => new Int32Array(length).fill(-1));

export const partitionBytes = (): PartitionColumn<Uint8Array<ArrayBuffer>> =>
  new PartitionColumn((length) => new Uint8Array(length));
