import { isDrained, type LagReading } from './derive/drain.ts';
import { forecastDrain, type DrainForecast } from './derive/forecast/drain-forecast.ts';
import { workersAt } from './derive/forecast/workers.ts';
import { partitionLag } from './derive/partition-lag.ts';
import { GroupPartitionMap } from './record/group-partition-map.ts';
import type { Observation } from './record/observation.ts';
import type { Assignment, OffsetHistory, OffsetSample } from './record/run-record.ts';

/** Readings per partition that the live view keeps at least; enough for a service rate. */
const keptReadings = 60;
/** Beyond those, what the sustained interval needs: its own length and a reading before it. */
const keptBeyondMs = 5000;

/** Time from the newest reading on, and its 90 % interval. */
export type LiveForecast = Pick<DrainForecast, 'restMs' | 'restLowMs' | 'restHighMs'>;

/** Newest offsets of a running observation, bounded in memory whatever the run's length and the number of partitions. */
export type LiveView = {
  take(observations: readonly Observation[]): void;
  /** Readings taken so far, of all partitions. */
  readonly readings: number;
  /** Lag over all groups; null until known, or while one partition's lag is not a number. */
  lagMessages(): number | null;
  /** When the slowest group will have worked off what stands, from its recent readings; null where that is not known. */
  drainForecast(): LiveForecast | null;
  isDrained(loadEndMs: number, sustainMs: number): boolean;
};

/** Partitions up to which recent readings are kept one by one; of more there is no forecast while the run goes on. */
const mostForecast = 2000;

export const createLiveView = (sustainMs = 0): LiveView => {
  const groups = new Map<string, LiveLag>();
  const histories = new GroupPartitionMap<OffsetHistory<OffsetSample[]>>();
  const assignments = new Map<string, Assignment>();
  let readings = 0;
  let partitions = 0;
  const keepReading = (seen: Offsets): void => {
    let history = histories.get(seen);
    if (history === undefined) {
      const { group, topic, partition } = seen;
      history = { group, topic, partition, samples: [] };
      histories.set(seen, history);
      partitions += 1;
    }
    if (partitions > mostForecast) history.samples.length = 0;
    else {
      history.samples.push(seen.sample);
      dropOld(history.samples, sustainMs + keptBeyondMs);
    }
  };
  return {
    take: (observations) => {
      const offsets = observations.filter((seen) => seen.kind === 'offsets');
      for (const seen of observations)
        if (seen.kind === 'assignment') assignments.set(JSON.stringify([seen.group, seen.topic]), seen);
      offsets.forEach(keepReading);
      readings += offsets.length;
      // One reading is what a call has, as a rule.
      const byTime = [...Map.groupBy(offsets, ({ sample }) => sample.fromMs)];
      for (const [, reading] of byTime.sort(([left], [right]) => left - right))
        for (const [key, those] of Map.groupBy(reading, ({ group, topic }) => `${group}\n${topic}`)) {
          let lag = groups.get(key);
          if (lag === undefined) groups.set(key, (lag = createLiveLag(sustainMs + keptBeyondMs)));
          lag.take(those);
        }
    },
    get readings() {
      return readings;
    },
    lagMessages: () => sum([...groups.values()].map(({ points }) => points.at(-1)?.lagHigh ?? null)),
    drainForecast: () => {
      if (partitions > mostForecast) return null;
      const byGroup = Map.groupBy(histories.values(), ({ group, topic }) => JSON.stringify([group, topic]));
      let slowest: LiveForecast | undefined;
      for (const all of byGroup.values()) {
        const [{ group, topic }] = all as [OffsetHistory<OffsetSample[]>];
        const workers = workersAt([...assignments.values()], { group, topic }, Number.POSITIVE_INFINITY);
        const forecast = forecastDrain(all.map(recentOf), workers);
        if ('reason' in forecast) return null;
        if (slowest === undefined || forecast.restMs > slowest.restMs) slowest = forecast;
      }
      return slowest ?? null;
    },
    isDrained: (loadEndMs, sustainMs) =>
      groups.size > 0 && [...groups.values()].every(({ points }) => isDrained(points, loadEndMs, sustainMs)),
  };
};

type Offsets = Extract<Observation, { kind: 'offsets' }>;

/** The lag of one group's topic, reading by reading, as far back as it is needed. */
type LiveLag = { readonly points: readonly LagReading[]; take(reading: readonly Offsets[]): void };

/** Adds up as `groupCurves` does, but only what is new: partitions without any part in the run are left out. */
const createLiveLag = (keptMs: number): LiveLag => {
  const points: LagReading[] = [];
  const firstEnds: (bigint | undefined)[] = [];
  const active = new Set<number>();
  const add = (reading: readonly Offsets[]): Pick<LagReading, 'lagLow' | 'lagHigh'> => {
    const lags = reading.map(({ sample }) => partitionLag(sample));
    return { lagLow: sum(lags.map(({ low }) => low)), lagHigh: sum(lags.map(({ high }) => high)) };
  };
  return {
    points,
    take: (reading) => {
      for (const { partition, sample } of reading) {
        const { committedBefore, committedAfter, end } = sample;
        const firstEnd = (firstEnds[partition] ??= end);
        if (committedBefore !== null || committedAfter !== null || end !== firstEnd) active.add(partition);
      }
      const counted = active.size === 0 ? reading : reading.filter(({ partition }) => active.has(partition));
      // One that this reading lacks has a lag that is not known.
      const isWhole = active.size === 0 || counted.length === active.size;
      const { endSentMs, endReceivedMs } = (reading[0] as Offsets).sample;
      const lag = isWhole ? add(counted) : { lagLow: null, lagHigh: null };
      points.push({ endSentMs, endReceivedMs, ...lag });
      while (points.length > keptReadings && endReceivedMs - (points[0]?.endReceivedMs ?? 0) > keptMs)
        points.shift();
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
const recentOf = (history: OffsetHistory<OffsetSample[]>): OffsetHistory =>
  history.samples.length > keptReadings ? { ...history, samples: history.samples.slice(1) } : history;

const sum = (values: readonly (number | null)[]): number | null =>
  values.length === 0
    ? null
    : values.reduce<number | null>(
        (total, value) => (total === null || value === null ? null : total + value),
        0,
      );
