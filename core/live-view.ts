import { isDrained } from './derive/drain.ts';
import { groupCurves, type GroupCurve } from './derive/offset-curves.ts';
import { serviceRate } from './derive/service-rate.ts';
import type { Observation } from './record/observation.ts';
import type { OffsetHistory, OffsetSample } from './record/run-record.ts';

/** Readings per partition that the live view keeps at least; enough for a service rate. */
const keptReadings = 60;
/** Beyond those, what the sustained interval needs: its own length and a reading before it. */
const keptBeyondMs = 5000;

/** Newest offsets of a running observation, bounded in memory by `sustainMs` whatever the run's length. */
export type LiveView = {
  take(observations: readonly Observation[]): void;
  /** Readings taken so far, of all partitions. */
  readonly readings: number;
  /** Lag over all groups; null until known, or while one partition's lag is not a number. */
  lagMessages(): number | null;
  /** Time until the slowest group has worked off what stands, at its recent service rate; null where that is not known. */
  drainEstimateMs(): number | null;
  isDrained(loadEndMs: number, sustainMs: number): boolean;
};

export const createLiveView = (sustainMs = 0): LiveView => {
  const histories = new Map<string, OffsetHistory>();
  let readings = 0;
  const curves = (): GroupCurve[] => groupCurves([...histories.values()]);
  const lagOf = ({ points }: GroupCurve): number | null => points.at(-1)?.lagHigh ?? null;
  return {
    take: (observations) => {
      for (const seen of observations) {
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
    drainEstimateMs: () => {
      const all = curves();
      if (all.length === 0) return null;
      const times = all.map((curve) => {
        const lag = lagOf(curve);
        if (lag === 0) return 0;
        const rate = recentRate(curve);
        return lag === null || !rate ? null : (lag * 1000) / rate;
      });
      return times.reduce<number | null>(
        (most, ms) => (most === null || ms === null ? null : Math.max(most, ms)),
        0,
      );
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

/** Recent service rate; the span from the first reading to the oldest recent one says nothing of it. */
const recentRate = ({ points }: GroupCurve): number | undefined =>
  serviceRate(points, points.length > keptReadings ? points[1]?.atMs : undefined)?.perSecond;

const sum = (values: readonly (number | null)[]): number | null =>
  values.length === 0
    ? null
    : values.reduce<number | null>(
        (total, value) => (total === null || value === null ? null : total + value),
        0,
      );
