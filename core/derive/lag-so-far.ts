import type { OffsetBlock } from '../record/offset-block.ts';
import type { OffsetContent, ReadingTimes } from '../record/run-record.ts';
import { partitionLag } from './partition-lag.ts';

/** What a reading saw of a partition that has no part in the run yet: nobody commits on it, so that it has a lag only while empty. */
type Inert = 'empty' | 'no-number' | 'not-read';

type Part = {
  /** Number of the first reading that read it. */
  readonly first: number;
  readonly endAtStart: bigint;
  /** While it has no part in the run: what it was, each from a reading on. */
  readonly inert: { readonly from: number; readonly was: Inert }[];
  isActive: boolean;
  readIn: OffsetBlock | undefined;
};

const absent = -1;

/**
 * The lag of one group's topic, reading by reading, as the points of `groupCurves` have it of all readings so far, from what each
 * adds: 24 bytes a reading, whatever the number of partitions. Only where a partition gets its part in the run (a first
 * commit, a first message) what was read before says something else, and `revision` grows. Readings ascend in time.
 */
export class LagSoFar {
  length = 0;
  revision = 0;
  #atMs = new Float64Array(64);
  /** NaN: not a number; `absent`: no partition was read that has a part in the run. */
  #low = new Float64Array(64);
  #high = new Float64Array(64);
  readonly #parts = new Map<number, Part>();
  #active = 0;
  /** First reading of one of the active partitions. */
  #activeFrom = Number.POSITIVE_INFINITY;
  #block: OffsetBlock | undefined;
  #lag = { low: absent, high: absent };

  take(
    block: OffsetBlock,
    { endSentMs, endReceivedMs }: Pick<ReadingTimes, 'endSentMs' | 'endReceivedMs'>,
  ): void {
    if (block !== this.#block) {
      this.#wake(this.#look(block));
      this.#lag = this.#add(block);
      this.#block = block;
    }
    if (this.length === this.#atMs.length)
      [this.#atMs, this.#low, this.#high] = [grown(this.#atMs), grown(this.#low), grown(this.#high)];
    this.#atMs[this.length] = (endSentMs + endReceivedMs) / 2;
    this.#low[this.length] = this.#lag.low;
    this.#high[this.length] = this.#lag.high;
    this.length += 1;
  }

  atMs(reading: number): number {
    return this.#atMs[reading] as number;
  }

  /** null bounds where the lag is no number; undefined where the reading says nothing of the group. */
  at(reading: number): { readonly low: number | null; readonly high: number | null } | undefined {
    const [low, high] = [this.#low[reading] as number, this.#high[reading] as number];
    if (low === absent) return undefined;
    return Number.isNaN(low) ? { low: null, high: null } : { low, high };
  }

  /** Answers those that get their part in the run with this reading. */
  #look(block: OffsetBlock): Part[] {
    const woken: Part[] = [];
    for (const [index, partition] of block.partitions.entries()) {
      const content = block.contents.at(index) as OffsetContent;
      const { committedBefore, committedAfter, end } = content;
      const part = this.#partOf(partition, content);
      part.readIn = block;
      if (part.isActive) continue;
      if (committedBefore !== null || committedAfter !== null || end !== part.endAtStart) woken.push(part);
      else this.#note(part, partitionLag(content).low === null ? 'no-number' : 'empty');
    }
    if (block.partitions.length < this.#parts.size)
      for (const part of this.#parts.values()) if (part.readIn !== block) this.#note(part, 'not-read');
    return woken;
  }

  #partOf(partition: number, { end, isAdded }: OffsetContent): Part {
    let part = this.#parts.get(partition);
    if (part === undefined) {
      // Made while it was watched, it was empty then.
      const endAtStart = isAdded === true ? 0n : end;
      part = { first: this.length, endAtStart, inert: [], isActive: false, readIn: undefined };
      this.#parts.set(partition, part);
    }
    return part;
  }

  #note({ isActive, inert }: Part, was: Inert): void {
    if (!isActive && inert.at(-1)?.was !== was) inert.push({ from: this.length, was });
  }

  /** Says of the readings before what they say with those partitions. */
  #wake(woken: readonly Part[]): void {
    if (woken.length === 0) return;
    if (this.#active === 0) this.#low.fill(absent, 0, this.length);
    const { isRead, isOpen } = this.#before(woken);
    for (let reading = 0; reading < this.length; reading += 1) {
      const isAbsent = this.#low[reading] === absent;
      if (isAbsent && isRead[reading] === 0) continue;
      const isKnown = isOpen[reading] === 0 && !(isAbsent && this.#activeFrom <= reading);
      if (isKnown && !isAbsent) continue;
      this.#low[reading] = this.#high[reading] = isKnown ? 0 : Number.NaN;
    }
    this.revision += 1;
    this.#active += woken.length;
    for (const part of woken) {
      part.isActive = true;
      part.inert.length = 0;
      this.#activeFrom = Math.min(this.#activeFrom, part.first);
    }
  }

  /** By reading: whether one of them was read, and whether one of them leaves the lag without a number. */
  #before(woken: readonly Part[]): { readonly isRead: Uint8Array; readonly isOpen: Uint8Array } {
    const [isRead, isOpen] = [new Uint8Array(this.length), new Uint8Array(this.length)];
    const alike = new Map(woken.map((part) => [JSON.stringify(part.inert), part]));
    for (const { inert } of alike.values()) {
      for (const [index, { from, was }] of inert.entries()) {
        const to = inert[index + 1]?.from ?? this.length;
        if (was !== 'not-read') isRead.fill(1, from, to);
        if (was !== 'empty') isOpen.fill(1, from, to);
      }
    }
    return { isRead, isOpen };
  }

  /** Over the active partitions, or all while none is. */
  #add({ partitions, contents }: OffsetBlock): { low: number; high: number } {
    let [low, high, counted] = [0, 0, 0];
    for (const [index, partition] of partitions.entries()) {
      if (this.#active > 0 && this.#parts.get(partition)?.isActive !== true) continue;
      const lag = partitionLag(contents.at(index) as OffsetContent);
      low += lag.low ?? Number.NaN;
      high += lag.high ?? Number.NaN;
      counted += 1;
    }
    if (counted === 0) return { low: absent, high: absent };
    // One that this reading lacks has a lag that is not known.
    return counted === (this.#active || this.#parts.size)
      ? { low, high }
      : { low: Number.NaN, high: Number.NaN };
  }
}

const grown = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const twice = new Float64Array(2 * column.length);
  twice.set(column);
  return twice;
};
