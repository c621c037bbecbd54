import type { OffsetHistory, ReadingTimes, SampleCursor } from '../../record/run-record.ts';
import { cursorOf, inOrder } from '../../record/sample-cursor.ts';
import { mergeReadings, type PartitionStream } from '../each-reading.ts';
import { onceFor } from '../once.ts';
import { withoutInert, type GroupCurve } from '../offset-curves.ts';
import { bestTimeLag } from './best-time-lag.ts';
import { isTimeLag, type NoTimeLag, type TimeLag } from './time-lag.ts';

/** One reading of a group: the lag of the partition that is furthest behind, or why there is none. */
export type GroupTimeLag = (TimeLag | NoTimeLag) & { readonly partition: number };

/** Reading by reading; where one partition has no time lag, neither has the group. */
export const groupTimeLag = ({ partitions }: Pick<GroupCurve, 'partitions'>): readonly GroupTimeLag[] =>
  timeLagsOf(partitions).furthest;

/** Likewise of the partition that is least behind; nothing where all of them have none, or there is but one. */
export const leastTimeLag = ({ partitions }: Pick<GroupCurve, 'partitions'>): readonly Known[] =>
  timeLagsOf(partitions).least;

type Known = Extract<GroupTimeLag, TimeLag>;

const timeLagsOf = onceFor((partitions: GroupCurve['partitions']) => {
  const furthest: GroupTimeLag[] = [];
  const least: Known[] = [];
  let reading = new ReadingLags();
  mergeReadings(withoutInert(partitions).map(lagStream), {
    partition: (_, { lag, partition }) => reading.take(lag, partition),
    end: () => {
      furthest.push(reading.furthest());
      least.push(...reading.least());
      reading = new ReadingLags();
    },
  });
  return { furthest, least };
});

type Of<Lag> = { readonly lag: Lag; readonly partition: number };

/** The time lags of one reading, put together as they come. */
class ReadingLags {
  #count = 0;
  #none: Of<NoTimeLag> | undefined;
  #most: Of<TimeLag> | undefined;
  #least: Of<TimeLag> | undefined;
  #lowMs = Number.NEGATIVE_INFINITY;
  #highMs = Number.NEGATIVE_INFINITY;

  take(lag: TimeLag | NoTimeLag, partition: number): void {
    this.#count += 1;
    if (lag.lowMs > this.#lowMs) this.#lowMs = lag.lowMs;
    if (!isTimeLag(lag)) {
      this.#none ??= { lag, partition };
      return;
    }
    if (lag.highMs > this.#highMs) this.#highMs = lag.highMs;
    if (this.#most === undefined || lag.ms > this.#most.lag.ms) this.#most = { lag, partition };
    if (this.#least === undefined || lag.ms < this.#least.lag.ms) this.#least = { lag, partition };
  }

  furthest(): GroupTimeLag {
    const [none, most] = [this.#none, this.#most];
    if (none !== undefined) return { ...none.lag, partition: none.partition, lowMs: this.#lowMs };
    const { lag, partition } = most as Of<TimeLag>;
    return { ...lag, partition, lowMs: this.#lowMs, highMs: this.#highMs };
  }

  least(): Known[] {
    const least = this.#least;
    return this.#count < 2 || least === undefined ? [] : [{ ...least.lag, partition: least.partition }];
  }
}

/** The time lags of one partition. */
class LagStream implements PartitionStream {
  readonly partition: number;
  lag!: TimeLag | NoTimeLag;
  readonly #samples: SampleCursor;
  readonly #lags: Iterator<TimeLag | NoTimeLag>;

  constructor(partition: number, samples: SampleCursor, lags: Iterable<TimeLag | NoTimeLag>) {
    this.partition = partition;
    this.#samples = samples;
    this.#lags = lags[Symbol.iterator]();
  }

  get times(): ReadingTimes {
    return this.#samples.times;
  }

  next(): boolean {
    const { value, done } = this.#lags.next();
    if (done === true || !this.#samples.next()) return false;
    this.lag = value;
    return true;
  }
}

const lagStream = (history: OffsetHistory): LagStream => {
  const { partition, samples } = history;
  const lags = bestTimeLag(history);
  if (inOrder(samples) === samples) return new LagStream(partition, cursorOf(samples), lags);
  const ordered = [...lags]
    .map((lag, index) => ({ lag, fromMs: samples.at(index)?.fromMs ?? lag.atMs }))
    .sort((left, right) => left.fromMs - right.fromMs);
  return new LagStream(
    partition,
    cursorOf(inOrder(samples)),
    ordered.map(({ lag }) => lag),
  );
};

/** The reading with the greatest time lag; null where none has one. */
export const peakTimeLag = (
  curve: Pick<GroupCurve, 'partitions'>,
): (TimeLag & { partition: number }) | null =>
  groupTimeLag(curve)
    .filter((lag) => isTimeLag(lag))
    .reduce<Known | null>((most, lag) => (most === null || lag.ms > most.ms ? lag : most), null);

/** Greatest time lag of one partition, in ms; null where it has none. */
export const peakTimeLagMs = (history: OffsetHistory): number | null => {
  let most: number | null = null;
  for (const lag of bestTimeLag(history))
    if (isTimeLag(lag) && (most === null || lag.ms > most)) most = lag.ms;
  return most;
};
