/** A whole number of any size; a `bigint` only where it is beyond what a `number` holds exactly. */
export type Whole = number | bigint;

/** Kept apart from the ones before it: its values as their distance from the least, in as few bytes as that takes. */
type Block = {
  readonly least: number;
  /** undefined: all are the least. */
  readonly above: ArrayLike<number> | undefined;
};

/** Long enough that a block costs little beside what is in it, short enough that its values are near each other. */
const blockLength = 512;

/**
 * Whole numbers in the order in which they came, in little memory where neighbours are near each other, as offsets of one partition
 * are: one that stays the same takes nothing, one that rises slowly a byte or two each. Any of them is found in one step.
 */
export class PackedColumn {
  readonly #blocks: (Block | readonly Whole[])[] = [];
  #newest: Whole[] = [];
  #told: Whole = 0;
  #toldAs = 0n;

  get length(): number {
    return this.#blocks.length * blockLength + this.#newest.length;
  }

  push(value: Whole): void {
    if (this.#newest.length === blockLength) {
      this.#blocks.push(packed(this.#newest));
      this.#newest = [];
    }
    this.#newest.push(value);
  }

  /** The same object again for the same value: neighbours often are, and each would take room of its own. */
  bigintAt(index: number): bigint {
    const value = this.at(index) ?? 0;
    if (value !== this.#told) {
      this.#told = value;
      this.#toldAs = BigInt(value);
    }
    return this.#toldAs;
  }

  /** undefined beyond the end. */
  at(index: number): Whole | undefined {
    const block = this.#blocks[Math.floor(index / blockLength)];
    const place = index % blockLength;
    if (block === undefined) return this.#newest[index - this.#blocks.length * blockLength];
    if (!('least' in block)) return block[place];
    return block.above === undefined ? block.least : block.least + (block.above[place] as number);
  }
}

const packed = (values: readonly Whole[]): Block | readonly Whole[] => {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (typeof value === 'bigint') return values;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least === most) return { least, above: undefined };
  // Of two whole numbers that are exact the distance may not be.
  if (most - least > Number.MAX_SAFE_INTEGER) return values;
  const above = new (arrayFor(most - least))(values.length);
  values.forEach((value, index) => (above[index] = (value as number) - least));
  return { least, above };
};

const arrayFor = (
  greatest: number,
): typeof Uint8Array | typeof Uint16Array | typeof Uint32Array | typeof Float64Array =>
  greatest < 2 ** 8
    ? Uint8Array
    : greatest < 2 ** 16
      ? Uint16Array
      : greatest < 2 ** 32
        ? Uint32Array
        : Float64Array;
