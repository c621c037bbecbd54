import { isDrained } from './derive/drain.ts';
import { forecastDrain, type DrainForecast } from './derive/forecast/drain-forecast.ts';
import { workersAt } from './derive/forecast/workers.ts';
import { groupCurves, type GroupCurve } from './derive/offset-curves.ts';
import type { Observation } from './record/observation.ts';
import type { Assignment, OffsetHistory, OffsetSample } from './record/run-record.ts';

/** Readings per partition that the live view keeps at least; enough for a service rate. */
const keptReadings = 60;
/** Beyond those, what the sustained interval needs: its own length and a reading before it. */
const keptBeyondMs = 5000;

/** Time from the newest reading on, and its 90 % interval. */
export type LiveForecast = Pick<DrainForecast, 'restMs' | 'restLowMs' | 'restHighMs'>;

/** Newest offsets of a running observation, bounded in memory by `sustainMs` whatever the run's length. */
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

export const createLiveView = (sustainMs = 0): LiveView => {
  const histories = new Map<string, OffsetHistory>();
  const assignments = new Map<string, Assignment>();
  let readings = 0;
  const curves = (): GroupCurve[] => groupCurves([...histories.values()]);
  const lagOf = ({ points }: GroupCurve): number | null => points.at(-1)?.lagHigh ?? null;
  return {
    take: (observations) => {
      for (const seen of observations) {
        if (seen.kind === 'assignment') assignments.set(JSON.stringify([seen.group, seen.topic]), seen);
        if (seen.kind !== 'offsets') continue;
        const key = JSON.stringify([seen.group, seen.topic, seen.partition]);
        const history = histories.get(key) ?? {
          group: seen.group,
          topic: seen.topic,
          partition: seen.partition,
          samples: [],
        };
        histories.set(key, history);
        history.samples.push(seen.sample);
        dropOld(history.samples, sustainMs + keptBeyondMs);
        readings += 1;
      }
    },
    get readings() {
      return readings;
    },
    lagMessages: () => sum(curves().map(lagOf)),
    drainForecast: () => {
      const groups = Map.groupBy(histories.values(), ({ group, topic }) => JSON.stringify([group, topic]));
      let slowest: LiveForecast | undefined;
      for (const all of groups.values()) {
        const [{ group, topic }] = all as [OffsetHistory];
        const workers = workersAt([...assignments.values()], { group, topic }, Number.POSITIVE_INFINITY);
        const forecast = forecastDrain(all.map(recentOf), workers);
        if ('reason' in forecast) return null;
        if (slowest === undefined || forecast.restMs > slowest.restMs) slowest = forecast;
      }
      return slowest ?? null;
    },
    isDrained: (loadEndMs, sustainMs) => {
      const all = curves();
      return all.length > 0 && all.every(({ points }) => isDrained(points, loadEndMs, sustainMs));
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
const recentOf = (history: OffsetHistory): OffsetHistory =>
  history.samples.length > keptReadings ? { ...history, samples: history.samples.slice(1) } : history;

const sum = (values: readonly (number | null)[]): number | null =>
  values.length === 0
    ? null
    : values.reduce<number | null>(
        (total, value) => (total === null || value === null ? null : total + value),
        0,
      );
