import type { JournalEntry } from './journal-entry.ts';
import { ascii, LineCursor, lost } from './line-cursor.ts';

type Points = Extract<JournalEntry, { kind: 'points' }>;
type Window = Extract<JournalEntry, { kind: 'window' }>;

const points = ascii('{"kind":"points","points":[');
const window = ascii('{"kind":"window","series":');
const fromMs = ascii(',"fromMs":');
const toMs = ascii(',"toMs":');
const schema = ascii(',"schema":');
const scale = ascii(',"scale":');
const count = ascii(',"count":');
const sum = ascii(',"sum":');
const zeroCount = ascii(',"zeroCount":');
const buckets = ascii(',"buckets":[');
const [comma, opened, closed, closedLine] = [44, 91, 93, 125];

/** Reads lines of the kinds `points` and `window` from their bytes: there is one of each for every second of a run. */
export class SeriesScanner extends LineCursor {
  /** The line between two places; undefined for every other line, also where it is as valid in another form. */
  scan(bytes: Uint8Array, from: number, end: number): Points | Window | undefined {
    this.begin(bytes, from);
    const entry = this.has(points)
      ? { kind: 'points' as const, points: this.#rows(() => this.#point()) }
      : this.has(window)
        ? this.#window()
        : undefined;
    if (entry === undefined) return undefined;
    this.skip(closedLine);
    return this.at === end ? entry : undefined;
  }

  #point(): [number, number, number] {
    const id = this.#integer();
    this.skip(comma);
    const atMs = this.number();
    this.skip(comma);
    return [id, atMs, this.number()];
  }

  #window(): Window {
    const series = this.#integer();
    const span = { fromMs: this.numberBehind(fromMs), toMs: this.numberBehind(toMs) };
    this.must(schema);
    const resolution = this.#integer();
    const scaled = this.has(scale) ? { scale: this.number() } : undefined;
    // A scale that is not above 0 makes the line unreadable.
    if (scaled !== undefined && !(scaled.scale > 0)) this.at = lost;
    const counted = {
      count: this.numberBehind(count),
      sum: this.numberBehind(sum),
      zeroCount: this.numberBehind(zeroCount),
    };
    this.must(buckets);
    return {
      kind: 'window',
      series,
      ...span,
      schema: resolution,
      ...scaled,
      ...counted,
      buckets: this.#rows(() => this.#bucket()),
    };
  }

  #bucket(): [number, number] {
    const index = this.#integer();
    this.skip(comma);
    return [index, this.number()];
  }

  /** The rest of a list of lists. */
  #rows<Row>(read: () => Row): Row[] {
    const rows: Row[] = [];
    while (this.at !== lost && !this.skips(closed)) {
      if (rows.length > 0) this.skip(comma);
      this.skip(opened);
      rows.push(read());
      this.skip(closed);
    }
    return rows;
  }

  /** A whole number that is exact, with or without a sign. */
  #integer(): number {
    const value = this.number();
    if (!Number.isSafeInteger(value)) this.at = lost;
    return value;
  }
}
