import { isSameContent, type OffsetBlock } from './offset-block.ts';
import type { OffsetContent } from './run-record.ts';

/** What was last seen of a partition is something else, or nothing: then `before` is undefined. */
export type TellChange = (partition: number, now: OffsetContent, before: OffsetContent | undefined) => void;

/**
 * What was last seen of each partition of one group's topic, those that newer blocks lack among them. It holds on to the newest
 * block instead of a list of its own: of a hundred thousand partitions each such list is a megabyte.
 */
export class LastContents {
  #block: OffsetBlock | undefined;
  /** Of partitions that the newest block lacks. */
  readonly #absent = new Map<number, OffsetContent>();

  /** Tells what changed with a block, in its order. Whether the block is another one than the last. */
  take(block: OffsetBlock, tell: TellChange): boolean {
    const before = this.#block;
    if (before === block) return false;
    const { partitions, contents } = block;
    const isInPlace = before?.partitions === partitions;
    if (!isInPlace) this.#setAside(before);
    for (const [index, partition] of partitions.entries()) {
      const last = isInPlace ? before.contents.at(index) : this.#absent.get(partition);
      if (!isInPlace) this.#absent.delete(partition);
      const now = contents.at(index) as OffsetContent;
      if (last === undefined || (last !== now && !isSameContent(last, now))) tell(partition, now, last);
    }
    this.#block = block;
    return true;
  }

  #setAside(block: OffsetBlock | undefined): void {
    for (const [index, partition] of (block?.partitions ?? []).entries())
      this.#absent.set(partition, block?.contents.at(index) as OffsetContent);
  }
}
