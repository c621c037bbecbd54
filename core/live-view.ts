import { EmptyWatch, type LagReading } from './derive/drain.ts';
import { forecastDrain, type DrainForecast } from './derive/forecast/drain-forecast.ts';
import { workersAt } from './derive/forecast/workers.ts';
import { partitionLag } from './derive/partition-lag.ts';
import { GroupPartitionMap } from './record/group-partition-map.ts';
import { GroupTopicMap } from './record/group-topic-map.ts';
import type { Observation } from './record/observation.ts';
import type { OffsetBlock } from './record/offset-block.ts';
import { samplesOf } from './record/offset-samples.ts';
import { partitionBytes, partitionOffsets } from './record/partition-column.ts';
import type { Assignment, OffsetContent, OffsetHistory, OffsetSample } from './record/run-record.ts';

/** Readings per partition that the live view keeps at least; enough for a service rate. */
const keptReadings = 60;
/** Beyond those, what the sustained interval needs: its own length and a reading before it. */
const keptBeyondMs = 5000;

/** Time from the newest reading on, and its 90 % interval. */
export type LiveForecast = Pick<DrainForecast, 'restMs' | 'restLowMs' | 'restHighMs'>;

type RecentReadings = OffsetHistory<readonly OffsetSample[]>;

/** What is followed of one group's topic. */
export type LiveGroup = {
  readonly group: string;
  readonly topic: string;
  /** Messages, without the partitions that have no part in the run; null until known. */
  readonly lagLow: number | null;
  readonly lagHigh: number | null;
  /** When it was read last, on the run's clock. */
  readonly readAtMs: number;
  /** Recent readings of its partitions that have a part in the run; none where there are too many partitions. */
  readonly histories: readonly RecentReadings[];
  /** Who held its partitions last; undefined where that was never told. */
  readonly assignment: Assignment | undefined;
  /** Null where it is not known. */
  readonly drainForecast: LiveForecast | null;
};

/** Newest offsets of a running observation, bounded in memory whatever the run's length and the number of partitions. */
export type LiveView = {
  take(observations: readonly Observation[]): void;
  /** Readings taken so far, of all partitions. */
  readonly readings: number;
  /** Lag over all groups; null until known, or while one partition's lag is not a number. */
  lagMessages(): number | null;
  /** When the slowest group will have worked off what stands, from its recent readings; null where that is not known. */
  drainForecast(): LiveForecast | null;
  /** Of each group's topic what is known now. */
  groups(): readonly LiveGroup[];
  isDrained(loadEndMs: number, sustainMs: number): boolean;
};

/** Partitions up to which recent readings are kept one by one; of more there is no forecast while the run goes on. */
const mostForecast = 2000;

export const createLiveView = (sustainMs = 0): LiveView => {
  const groups = new GroupTopicMap<LiveLag>();
  let histories = new GroupPartitionMap<OffsetHistory<OffsetSample[]>>();
  const assignments = new Map<string, Assignment>();
  let readings = 0;
  /** By group and topic; made anew when somebody asks after a reading. */
  let forecasts: Map<string, LiveForecast | null> | undefined;
  /** Those that have histories. */
  let partitions = 0;
  const keepReading = (seen: Offsets): void => {
    if (partitions > mostForecast) return;
    for (const { sample, ...place } of samplesOf(seen)) {
      let history = histories.get(place);
      if (history === undefined) {
        history = { ...place, samples: [] };
        histories.set(place, history);
        partitions += 1;
      }
      history.samples.push(sample);
      dropOld(history.samples, sustainMs + keptBeyondMs);
    }
    if (partitions > mostForecast) histories = new GroupPartitionMap();
  };
  const historiesByTopic = (): Map<string, OffsetHistory<OffsetSample[]>[]> =>
    Map.groupBy(histories.values(), keyOf);
  const forecastsNow = (): Map<string, LiveForecast | null> =>
    new Map(
      [...historiesByTopic()].map(([key, all]) => {
        const [of] = all as [OffsetHistory<OffsetSample[]>];
        const workers = workersAt([...assignments.values()], of, Number.POSITIVE_INFINITY);
        const forecast = forecastDrain(all.map(recentOf), workers);
        return [key, 'reason' in forecast ? null : forecast];
      }),
    );
  return {
    take: (observations) => {
      forecasts = undefined;
      const offsets = observations.filter((seen) => seen.kind === 'offsets');
      for (const seen of observations) if (seen.kind === 'assignment') assignments.set(keyOf(seen), seen);
      offsets.forEach(keepReading);
      for (const seen of offsets.toSorted((left, right) => left.times.fromMs - right.times.fromMs)) {
        readings += seen.block.partitions.length;
        let lag = groups.get(seen.block);
        if (lag === undefined) groups.set(seen.block, (lag = createLiveLag(seen.block)));
        lag.take(seen);
      }
    },
    get readings() {
      return readings;
    },
    lagMessages: () => sum([...groups.values()].map((each) => each.newest()?.lagHigh ?? null)),
    drainForecast: () => {
      if (partitions > mostForecast) return null;
      forecasts ??= forecastsNow();
      let slowest: LiveForecast | undefined;
      for (const forecast of forecasts.values()) {
        if (forecast === null) return null;
        if (slowest === undefined || forecast.restMs > slowest.restMs) slowest = forecast;
      }
      return slowest ?? null;
    },
    groups: () => {
      forecasts ??= forecastsNow();
      const byTopic = historiesByTopic();
      return [...groups.values()].map((lag) => {
        const { group, topic } = lag;
        const key = keyOf({ group, topic });
        const { lagLow = null, lagHigh = null, endReceivedMs: readAtMs = 0 } = lag.newest() ?? {};
        return {
          group,
          topic,
          lagLow,
          lagHigh,
          readAtMs,
          histories: (byTopic.get(key) ?? []).filter(({ partition }) => lag.counts(partition)).map(recentOf),
          assignment: assignments.get(key),
          drainForecast: forecasts?.get(key) ?? null,
        };
      });
    },
    isDrained: (loadEndMs, sustainMs) =>
      readings > 0 && [...groups.values()].every(({ empty }) => empty.isDrained(loadEndMs, sustainMs)),
  };
};

type Offsets = Extract<Observation, { kind: 'offsets' }>;

const keyOf = ({ group, topic }: { readonly group: string; readonly topic: string }): string =>
  JSON.stringify([group, topic]);

/** The lag of one group's topic as of the newest reading, and since when there was none. */
type LiveLag = {
  readonly group: string;
  readonly topic: string;
  readonly empty: EmptyWatch;
  newest(): LagReading | undefined;
  take(reading: Offsets): void;
  /** Whether the partition's lag is part of it. */
  counts(partition: number): boolean;
};

/** Adds up as `groupCurves` does, but only what is new: partitions without any part in the run are left out. */
const createLiveLag = ({ group, topic }: Pick<OffsetBlock, 'group' | 'topic'>): LiveLag => {
  const empty = new EmptyWatch();
  const firstEnds = partitionOffsets();
  const isActive = partitionBytes();
  let active = 0;
  let block: OffsetBlock | undefined;
  let newest: LagReading | undefined;
  const add = ({ partitions, contents }: OffsetBlock): Pick<LagReading, 'lagLow' | 'lagHigh'> => {
    for (const [index, partition] of partitions.entries()) {
      const { committedBefore, committedAfter, end } = contents.at(index) as OffsetContent;
      if (isActive.get(partition) !== undefined) continue;
      const hasCommits = committedBefore !== null || committedAfter !== null;
      if (hasCommits || end !== (firstEnds.get(partition) ?? end)) {
        isActive.set(partition, 1);
        active += 1;
      } else firstEnds.set(partition, end);
    }
    let [lagLow, lagHigh, counted]: [number | null, number | null, number] = [0, 0, 0];
    for (const [index, partition] of partitions.entries()) {
      if (active > 0 && isActive.get(partition) === undefined) continue;
      const { low, high } = partitionLag(contents.at(index) as OffsetContent);
      lagLow = plus(lagLow, low);
      lagHigh = plus(lagHigh, high);
      counted += 1;
    }
    // One that this reading lacks has a lag that is not known.
    const isKnown = counted > 0 && (active === 0 || counted === active);
    return isKnown ? { lagLow, lagHigh } : { lagLow: null, lagHigh: null };
  };
  return {
    group,
    topic,
    empty,
    newest: () => newest,
    counts: (partition) => active === 0 || isActive.get(partition) !== undefined,
    take: ({ block: now, times: { endSentMs, endReceivedMs } }) => {
      const { lagLow, lagHigh } = block === now && newest !== undefined ? newest : add(now);
      block = now;
      newest = { endSentMs, endReceivedMs, lagLow, lagHigh };
      empty.take(newest);
    },
  };
};

/** The first reading stays: it tells a partition that had its part in the run from one that never had. */
const dropOld = (samples: OffsetSample[], keptMs: number): void => {
  const newestMs = samples.at(-1)?.toMs ?? 0;
  while (samples.length > keptReadings + 1 && newestMs - (samples[1]?.toMs ?? 0) > keptMs)
    samples.splice(1, 1);
};

/** Between the first reading, where it is kept from long ago, and the oldest recent one nothing can be seen. */
const recentOf = (history: RecentReadings): RecentReadings =>
  history.samples.length > keptReadings ? { ...history, samples: history.samples.slice(1) } : history;

const plus = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;

const sum = (values: readonly (number | null)[]): number | null =>
  values.length === 0 ? null : values.reduce(plus, 0);
