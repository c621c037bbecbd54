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

const timeLagsOf = onceFor((partitions: GroupCurve['partitions']) => {
  const lags = withoutInert(partitions).flatMap((history) =>
    bestTimeLag(history).map((lag, index) => ({
      lag: { ...lag, partition: history.partition },
      fromMs: history.samples[index]?.fromMs ?? lag.atMs,
    })),
  );
  const readings = [...Map.groupBy(lags, ({ fromMs }) => fromMs)]
    .sort(([left], [right]) => left - right)
    .map(([, those]) => those.map(({ lag }): GroupTimeLag => lag));
  return { furthest: readings.map(furthestBehind), least: readings.flatMap(leastBehind) };
});

type Known = Extract<GroupTimeLag, TimeLag>;

const leastBehind = (lags: readonly GroupTimeLag[]): Known[] => {
  const [first, ...others] = lags.filter((lag) => isTimeLag(lag));
  if (first === undefined || lags.length < 2) return [];
  return [others.reduce((least, each) => (each.ms < least.ms ? each : least), first)];
};

const furthestBehind = (lags: readonly GroupTimeLag[]): GroupTimeLag => {
  const known = lags.filter((lag) => isTimeLag(lag));
  const none = lags.find((lag) => !isTimeLag(lag));
  if (none !== undefined) return { ...none, lowMs: Math.max(...lags.map(({ lowMs }) => lowMs)) };
  const [first, ...others] = known as [Known, ...Known[]];
  return {
    ...others.reduce((most, each) => (each.ms > most.ms ? each : most), first),
    lowMs: Math.max(...known.map(({ lowMs }) => lowMs)),
    highMs: Math.max(...known.map(({ highMs }) => highMs)),
  };
};

/** The reading with the greatest time lag; null where none has one. */
export const peakTimeLag = (
  curve: Pick<GroupCurve, 'partitions'>,
): (TimeLag & { partition: number }) | null =>
  groupTimeLag(curve)
    .filter((lag) => isTimeLag(lag))
    .reduce<Known | null>((most, lag) => (most === null || lag.ms > most.ms ? lag : most), null);
