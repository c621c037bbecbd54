/**
 * Fields of Kafka's protocol, read one after the other: big-endian, and for versions with tagged fields ("flexible",
 * KIP-482) compact strings and arrays. A RangeError where the bytes end too early.
 */
export class ByteReader {
  readonly #bytes: Buffer;
  /** Reads 64 bits several times faster than the Buffer does. */
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Bytes that were read or passed over. */
  get at(): number {
    return this.#at;
  }

  /** Passes over bytes that are the same as those of another answer from `from` up to `to`; whether they are. */
  passSame(other: Buffer, from: number, to: number): boolean {
    const end = this.#at + to - from;
    if (end > this.#bytes.length || other.compare(this.#bytes, this.#at, end, from, to) !== 0) return false;
    this.#at = end;
    return true;
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  int8(): number {
    return this.#view.getInt8(this.#pass(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#pass(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#pass(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#pass(8));
  }

  /** As Kafka prints one: url-safe base64. */
  uuid(): string {
    return this.bytes(16).toString('base64url');
  }

  /** Zigzag varint of at most 10 bytes; offsets and times of records are within the safe integers. */
  varint(): number {
    const value = this.unsignedVarint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  unsignedVarint(): number {
    const first = this.#view.getUint8(this.#at);
    if (first < 0x80) {
      this.#at += 1;
      return first;
    }
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#view.getUint8(this.#pass(1));
      value += (byte & 0x7f) * factor;
      if ((byte & 0x80) === 0) return value;
      factor *= 128;
    }
    throw new RangeError('a varint is longer than 10 bytes');
  }

  bytes(length: number): Buffer {
    if (length < 0) throw new RangeError(`a length of ${length}`);
    const from = this.#pass(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Passes over bytes. */
  skip(length: number): void {
    this.#pass(length);
  }

  /** Length in an int32; null where it is -1. */
  blob(): Buffer | null {
    const length = this.int32();
    return length < 0 ? null : this.bytes(length);
  }

  /** null where the length is -1. */
  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.#text(length);
  }

  compactString(): string | null {
    const length = this.unsignedVarint() - 1;
    return length < 0 ? null : this.#text(length);
  }

  /** Passes over a compact string or compact bytes. */
  skipCompact(): void {
    const length = this.unsignedVarint() - 1;
    if (length > 0) this.#pass(length);
  }

  array<T>(read: () => T): T[] {
    return this.#items(this.int32(), read);
  }

  compactArray<T>(read: () => T): T[] {
    return this.#items(this.unsignedVarint() - 1, read);
  }

  /** Passes over fields of later versions. */
  tags(): void {
    for (let count = this.unsignedVarint(); count > 0; count -= 1) {
      this.unsignedVarint();
      this.bytes(this.unsignedVarint());
    }
  }

  #text(length: number): string {
    const from = this.#pass(length);
    return this.#bytes.toString('utf8', from, from + length);
  }

  #items<T>(length: number, read: () => T): T[] {
    // A length that the bytes cannot hold would be an array of millions, made for nothing.
    if (length > this.left) throw new RangeError('the bytes end too early');
    const items: T[] = [];
    for (let index = 0; index < length; index += 1) items.push(read());
    return items;
  }

  #pass(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new RangeError('the bytes end too early');
    this.#at += length;
    return from;
  }
}

/** Writes such fields; grows as it is written to. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(512);
  #at = 0;

  // Room is taken before the buffer is named: it may be another one afterwards.
  int8(value: number): this {
    const at = this.#take(1);
    this.#bytes.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#take(2);
    this.#bytes.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#take(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  int64(value: bigint): this {
    const at = this.#take(8);
    this.#bytes.writeBigInt64BE(value, at);
    return this;
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  unsignedVarint(value: number): this {
    let rest = value;
    while (rest > 0x7f) {
      this.#byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    return this.#byte(rest);
  }

  string(text: string | null): this {
    if (text === null) return this.int16(-1);
    return this.int16(Buffer.byteLength(text)).#text(text);
  }

  compactString(text: string | null): this {
    if (text === null) return this.unsignedVarint(0);
    return this.unsignedVarint(Buffer.byteLength(text) + 1).#text(text);
  }

  zeros(length: number): this {
    const at = this.#take(length);
    this.#bytes.fill(0, at, at + length);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => unknown): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  compactArray<T>(items: readonly T[], write: (item: T) => unknown): this {
    this.unsignedVarint(items.length + 1);
    for (const item of items) write(item);
    return this;
  }

  /** No tagged fields. */
  noTags(): this {
    return this.unsignedVarint(0);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #byte(value: number): this {
    const at = this.#take(1);
    this.#bytes[at] = value;
    return this;
  }

  #text(text: string): this {
    const length = Buffer.byteLength(text);
    const at = this.#take(length);
    this.#bytes.write(text, at, length, 'utf8');
    return this;
  }

  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, from + length));
      this.#bytes.copy(grown, 0, 0, from);
      this.#bytes = grown;
    }
    this.#at += length;
    return from;
  }
}
