import type { Whole } from './whole.ts';

/** Kept apart from the ones before it: its values as their distance from the least, in as few bytes as that takes. */
type Block = {
  readonly least: number;
  /** undefined: all are the least. */
  readonly above: Uint8Array | Uint16Array | Uint32Array | Float64Array | undefined;
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
  #isZero = true;

  get length(): number {
    return this.#blocks.length * blockLength + this.#newest.length;
  }

  /** Whether all of them are 0. */
  get isZero(): boolean {
    return this.#isZero;
  }

  push(value: Whole): void {
    if (value !== 0) this.#isZero = false;
    if (this.#newest.length === blockLength) {
      this.#blocks.push(packed(this.#newest));
      this.#newest = [];
    }
    this.#newest.push(value);
  }

  /** undefined beyond the end. */
  at(index: number): Whole | undefined {
    const block = this.#blocks[Math.floor(index / blockLength)];
    const place = index % blockLength;
    if (block === undefined) return this.#newest[index - this.#blocks.length * blockLength];
    if (!('least' in block)) return block[place];
    return block.above === undefined ? block.least : block.least + (block.above[place] as number);
  }

  /** Those from one index up to another, none of them beyond the end; a list only where one is no `number`. */
  unpacked(from: number, to: number): Float64Array | Whole[] {
    const values = new Float64Array(to - from);
    for (let at = from; at < to;) {
      const place = at % blockLength;
      const block = this.#blocks[(at - place) / blockLength] ?? this.#newest;
      const length = Math.min(blockLength - place, to - at);
      if (!copied(block, place, length, values, at - from))
        return Array.from({ length: to - from }, (_, index) => this.at(from + index) ?? 0);
      at += length;
    }
    return values;
  }
}

/** Answers whether all of them are numbers. */
const copied = (
  block: Block | readonly Whole[],
  place: number,
  length: number,
  into: Float64Array,
  at: number,
): boolean => {
  if ('least' in block) {
    const { least, above } = block;
    if (above === undefined) into.fill(least, at, at + length);
    else
      for (let index = 0; index < length; index += 1) into[at + index] = least + (above[place + index] ?? 0);
    return true;
  }
  for (let index = 0; index < length; index += 1) {
    const value = block[place + index];
    if (typeof value !== 'number') return false;
    into[at + index] = value;
  }
  return true;
};

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
  for (let index = 0; index < values.length; index += 1) above[index] = (values[index] as number) - least;
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
