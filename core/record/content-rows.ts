import {
  contentAt,
  keptIn,
  keptLength,
  keptPlaces,
  keptRow,
  type Contents,
  type KeptContent,
  type KeptRows,
  type Offsets,
} from './content-columns.ts';
import { PackedBlocks } from './packed-blocks.ts';
import { integerRoom, numberRoom, type Room } from './room.ts';
import type { OffsetContent } from './run-record.ts';
import { minus, type Whole } from './whole.ts';

/** A row: since which sample, and behind that what was seen then. */
const columns = {
  place: 0,
  committedBetween: 1 + keptPlaces.committedBetween,
  committedAfter: 1 + keptPlaces.committedAfter,
  end: 1 + keptPlaces.end,
  logStart: 1 + keptPlaces.logStart,
  beyondEnd: 1 + keptPlaces.beyondEnd,
  marks: 1 + keptPlaces.marks,
};
const rowLength = 1 + keptLength;
/** Long enough that a block costs little beside what is in it, short enough that what is not packed yet takes little room. */
const blockRows = 128;
const blockLength = blockRows * rowLength;
const none = new Float64Array(0);
/** Of a change of the two offsets that move. */
export const moveLength = 3;

/** Where the packed rows of many partitions lie. */
export const roomForRows = (): PackedBlocks => new PackedBlocks(blockRows, rowLength);

/** Where rows are unpacked to. What is unpacked next to the same one takes the place of what was before. */
export class UnpackingRoom {
  readonly #columns = Array.from({ length: rowLength }, numberRoom);
  readonly #before = numberRoom();
  readonly #beyond = numberRoom();
  readonly #places = integerRoom();

  column(column: number, length: number): Float64Array {
    return (this.#columns[column] as Room<Float64Array>).of(length);
  }

  committedBefore(length: number): Float64Array {
    return this.#before.of(length);
  }

  highWatermark(length: number): Float64Array {
    return this.#beyond.of(length);
  }

  places(length: number): Int32Array {
    return this.#places.of(length);
  }
}

/** For what is looked at and not kept. */
const aside = new UnpackingRoom();

/**
 * What was seen of one partition, row by row in the order in which it came, in little memory where the steps from one row to the next
 * are much alike, as those of offsets are: a column that stays as it is takes next to nothing, one that rises slowly some bits each.
 */
export class ContentRows {
  readonly #room: PackedBlocks;
  /** Where each full block lies, or its rows where they cannot be packed. */
  readonly #full: (number | Float64Array | Whole[])[] = [];
  /** The rows behind those, one behind the other; a list only where one has something that is no `number`. */
  #newest: Float64Array | Whole[] = none;
  /** How much of them is filled. */
  #filled = 0;
  #hasBetween = false;
  #hasBeyond = false;

  constructor(room: PackedBlocks) {
    this.#room = room;
  }

  get length(): number {
    return this.#full.length * blockRows + this.#filled / rowLength;
  }

  push(place: number, content: KeptContent): void {
    this.pushFrom(place, keptRow(content), 0);
  }

  /** What begins there in a list of them. Places ascend. */
  pushFrom(place: number, given: KeptRows, from: number): void {
    if (this.#filled === blockLength) this.#pack();
    if (this.#filled === this.#newest.length || !(given instanceof Float64Array))
      this.#makeRoom(isExact(given, from));
    const rows = this.#newest as Whole[];
    const at = this.#filled;
    rows[at] = place;
    for (let column = 0; column < keptLength; column += 1)
      rows[at + 1 + column] = given[from + column] as Whole;
    this.#filled = at + rowLength;
    if (given[from + keptPlaces.committedBetween] !== 0) this.#hasBetween = true;
    if (given[from + keptPlaces.beyondEnd] !== 0) this.#hasBeyond = true;
  }

  /**
   * Many that differ only by the committed offset and the end: of each the place, by so much too great, and those two. The rest
   * stands there in a list of contents.
   */
  pushMoves(moves: Float64Array, ahead: number, rest: Float64Array, from: number): void {
    const between = rest[from + keptPlaces.committedBetween] as number;
    const logStart = rest[from + keptPlaces.logStart] as number;
    const beyond = rest[from + keptPlaces.beyondEnd] as number;
    const marked = rest[from + keptPlaces.marks] as number;
    for (let move = 0; move < moves.length; move += moveLength) {
      if (this.#filled === blockLength) this.#pack();
      if (this.#filled === this.#newest.length) this.#makeRoom(true);
      const rows = this.#newest as Whole[];
      const at = this.#filled;
      rows[at] = (moves[move] as number) - ahead;
      rows[at + columns.committedBetween] = between;
      rows[at + columns.committedAfter] = moves[move + 1] as number;
      rows[at + columns.end] = moves[move + 2] as number;
      rows[at + columns.logStart] = logStart;
      rows[at + columns.beyondEnd] = beyond;
      rows[at + columns.marks] = marked;
      this.#filled = at + rowLength;
    }
    if (between !== 0) this.#hasBetween = true;
    if (beyond !== 0) this.#hasBeyond = true;
  }

  /** Whether what was seen last is the same. */
  isNewest(given: KeptRows, from: number): boolean {
    const rows = this.#newest;
    const at = this.#filled - keptLength;
    for (let column = 0; column < keptLength; column += 1)
      if (rows[at + column] !== given[from + column]) return false;
    return true;
  }

  /** undefined where nothing was seen. */
  get newest(): KeptContent | undefined {
    return this.#filled === 0 ? undefined : keptIn(this.#newest, this.#filled - keptLength);
  }

  at(row: number): OffsetContent {
    return contentAt(this.unpacked(row, row + 1, aside), 0);
  }

  /** Those from one row up to another, neither of them beyond the end. */
  unpacked(from: number, to: number, room = new UnpackingRoom()): Contents {
    const of = (column: number): Offsets => this.#unpack(column, from, to, room);
    const [committedAfter, end] = [of(columns.committedAfter), of(columns.end)];
    return {
      committedBefore: this.#hasBetween
        ? moved(committedAfter, of(columns.committedBetween), -1, room.committedBefore(to - from))
        : committedAfter,
      committedAfter,
      end,
      logStart: of(columns.logStart),
      highWatermark: this.#hasBeyond
        ? moved(end, of(columns.beyondEnd), 1, room.highWatermark(to - from))
        : end,
      marks: of(columns.marks) as Float64Array,
    };
  }

  /** Since which sample, of the rows from one up to another. */
  places(from: number, to: number, room = new UnpackingRoom()): Int32Array {
    const places = room.places(to - from);
    places.set(this.#unpack(columns.place, from, to, room) as Float64Array);
    return places;
  }

  /** The row that says what the sample at a place saw. */
  rowOf(place: number): number {
    const block = lastWhere(
      Math.ceil(this.length / blockRows),
      (each) => (this.places(each * blockRows, each * blockRows + 1, aside)[0] as number) <= place,
    );
    const from = block * blockRows;
    const places = this.places(from, Math.min(from + blockRows, this.length), aside);
    return from + lastWhere(places.length, (index) => (places[index] as number) <= place);
  }

  #unpack(column: number, from: number, to: number, room: UnpackingRoom): Float64Array | Whole[] {
    const values = room.column(column, to - from);
    for (let row = from; row < to;) {
      const begin = row % blockRows;
      const end = Math.min(blockRows, begin + to - row);
      const block = this.#full[(row - begin) / blockRows] ?? this.#newest;
      if (typeof block === 'number') this.#room.read(block, column, begin, end, values, row - from);
      else if (!copyColumn(block, column, begin, end, values, row - from))
        return this.#listed(column, from, to);
      row += end - begin;
    }
    return values;
  }

  /** The same of a column in which not all are numbers. */
  #listed(column: number, from: number, to: number): Whole[] {
    return Array.from({ length: to - from }, (_, index) => {
      const row = (from + index) % blockRows;
      const block = this.#full[(from + index - row) / blockRows] ?? this.#newest;
      if (typeof block !== 'number') return block[row * rowLength + column] as Whole;
      const value = new Float64Array(1);
      this.#room.read(block, column, row, row + 1, value, 0);
      return value[0] as number;
    });
  }

  #pack(): void {
    const newest = this.#newest;
    const place = newest instanceof Float64Array ? this.#room.add(newest) : undefined;
    this.#full.push(place ?? newest);
    if (place === undefined) this.#newest = none;
    this.#filled = 0;
  }

  /** For one row more, which has only numbers or not. */
  #makeRoom(isNumbers: boolean): void {
    const newest = this.#newest;
    if (!(newest instanceof Float64Array)) return;
    if (isNumbers) {
      if (this.#filled < newest.length) return;
      this.#newest = new Float64Array(Math.max(rowLength, Math.min(blockLength, newest.length * 4)));
      this.#newest.set(newest);
    } else this.#newest = [...newest.subarray(0, this.#filled)];
  }
}

const isExact = (given: KeptRows, from: number): boolean => {
  for (let at = from; at < from + keptLength; at += 1) if (typeof given[at] !== 'number') return false;
  return true;
};

/** Answers whether all of them are numbers. */
const copyColumn = (
  rows: Float64Array | readonly Whole[],
  column: number,
  from: number,
  to: number,
  into: Float64Array,
  at: number,
): boolean => {
  for (let row = from; row < to; row += 1) {
    const value = rows[row * rowLength + column];
    if (typeof value !== 'number') return false;
    into[at + row - from] = value;
  }
  return true;
};

/** Each of them further on by what stands at its place, or further back. */
const moved = (offsets: Offsets, by: Offsets, sign: 1 | -1, sums: Float64Array): Offsets => {
  const sumAt = (index: number): Whole => {
    const [offset, step] = [offsets[index] as Whole, by[index] as Whole];
    return minus(offset, sign === 1 ? minus(0, step) : step);
  };
  for (let index = 0; index < sums.length; index += 1) {
    const sum = sumAt(index);
    if (typeof sum !== 'number') return Array.from(sums, (_, place) => sumAt(place));
    sums[index] = sum;
  }
  return sums;
};

/** The last index for which it holds, if it holds up to one and not from there on; 0 where it never does. */
export const lastWhere = (length: number, holds: (index: number) => boolean): number => {
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
};
