const pageBytes = 64 * 1024;
/** Steps from one value to the next take at most so many bits each. */
const mostBits = 24;
/** In place of their bits: all values of the column are 0, or all are the same. */
const [zeros, alike] = [254, 255];
const numberBytes = 8;
/** Steps are read 32 bits at once: so many bytes behind the last one may be looked at. */
const slackBytes = 3;

/**
 * Room for blocks of rows of whole numbers, which many tables share. A block has column by column the first value and the steps between
 * values: the least one, and in as few bits as it takes by how much each is above that. Once written a block stays as it is.
 */
export class PackedBlocks {
  readonly #columns: number;
  readonly #rows: number;
  readonly #pages: DataView<ArrayBuffer>[] = [];
  #page: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(0));
  #at = pageBytes;
  /** Of the block that is added, by column. */
  readonly #least: Float64Array;
  readonly #bits: Uint8Array;

  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
    this.#least = new Float64Array(columns);
    this.#bits = new Uint8Array(columns);
  }

  /** Rows one behind the other. Answers where the block lies; undefined where steps are too far apart. */
  add(values: Float64Array): number | undefined {
    let length = 0;
    for (let column = 0; column < this.#columns; column += 1) {
      if (!this.#measure(values, column)) return undefined;
      length += 1 + this.#lengthOf(this.#bits[column] as number);
    }
    if (this.#at + length + slackBytes > pageBytes) {
      this.#page = new DataView(new ArrayBuffer(pageBytes));
      this.#pages.push(this.#page);
      this.#at = 0;
    }
    const place = (this.#pages.length - 1) * pageBytes + this.#at;
    for (let column = 0; column < this.#columns; column += 1) this.#write(values, column);
    return place;
  }

  /** Of a column of the block at a place the values from one row up to another, to where they are wanted. */
  read(place: number, column: number, from: number, to: number, into: Float64Array, at: number): void {
    const page = this.#pages[Math.floor(place / pageBytes)] as DataView<ArrayBuffer>;
    let head = place % pageBytes;
    for (let before = 0; before < column; before += 1) head += 1 + this.#lengthOf(page.getUint8(head));
    const bits = page.getUint8(head);
    if (bits === zeros) into.fill(0, at, at + to - from);
    else if (bits === alike) into.fill(page.getFloat64(head + 1), at, at + to - from);
    else {
      const least = page.getFloat64(head + 1 + numberBytes);
      const steps = head + 1 + 2 * numberBytes;
      readSteps(page, page.getFloat64(head + 1), least, bits, steps, from, to, into, at);
    }
  }

  #lengthOf(bits: number): number {
    if (bits === zeros) return 0;
    if (bits === alike) return numberBytes;
    return 2 * numberBytes + Math.ceil(((this.#rows - 1) * bits) / 8);
  }

  /** Answers whether the column can be packed. */
  #measure(values: Float64Array, column: number): boolean {
    const columns = this.#columns;
    const first = values[column] as number;
    let index = column;
    while (index < values.length && values[index] === first) index += columns;
    const isAlike = index >= values.length;
    let [least, most] = isAlike || index > column + columns ? [0, 0] : [Number.POSITIVE_INFINITY, -Infinity];
    for (let before = first; index < values.length; index += columns) {
      const value = values[index] as number;
      const step = value - before;
      if (step < least) least = step;
      if (step > most) most = step;
      before = value;
    }
    this.#least[column] = least;
    this.#bits[column] = isAlike ? (first === 0 ? zeros : alike) : 32 - Math.clz32(most - least);
    return most - least < 2 ** mostBits;
  }

  #write(values: Float64Array, column: number): void {
    const bits = this.#bits[column] as number;
    const least = this.#least[column] as number;
    const [page, at] = [this.#page, this.#at];
    page.setUint8(at, bits);
    this.#at += 1 + this.#lengthOf(bits);
    if (bits === zeros) return;
    page.setFloat64(at + 1, values[column] as number);
    if (bits === alike) return;
    page.setFloat64(at + 1 + numberBytes, least);
    if (bits > 0)
      writeSteps(
        values,
        column,
        this.#columns,
        least,
        bits,
        new Uint8Array(page.buffer, at + 1 + 2 * numberBytes),
      );
  }
}

const writeSteps = (
  values: Float64Array,
  column: number,
  columns: number,
  least: number,
  bits: number,
  into: Uint8Array,
): void => {
  let [kept, filled, at] = [0, 0, 0];
  for (let index = column + columns; index < values.length; index += columns) {
    // Of the one before less than 8 bits are left.
    kept |= ((values[index] as number) - (values[index - columns] as number) - least) << filled;
    filled += bits;
    for (; filled >= 8; filled -= 8) {
      into[at] = kept;
      at += 1;
      kept >>>= 8;
    }
  }
  if (filled > 0) into[at] = kept;
};

const readSteps = (
  page: DataView,
  first: number,
  least: number,
  bits: number,
  steps: number,
  from: number,
  to: number,
  into: Float64Array,
  at: number,
): void => {
  const mask = 2 ** bits - 1;
  let [value, bit] = [first, steps * 8];
  if (from === 0) into[at] = value;
  for (let row = 1; row < to; row += 1) {
    value += least + ((page.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask);
    bit += bits;
    if (row >= from) into[at + row - from] = value;
  }
};
