import { onceFor } from '../once.ts';
import { withoutInert, type GroupCurve } from '../offset-curves.ts';
import { interpolateTimeLag } from './interpolate.ts';
import { isTimeLag, type NoTimeLag, type TimeLag } from './time-lag.ts';

/** One reading of a group: the lag of the partition that is furthest behind, or why there is none. */
export type GroupTimeLag = (TimeLag | NoTimeLag) & { readonly partition: number };

/** Reading by reading; where one partition has no time lag, neither has the group. */
export const groupTimeLag = ({ partitions }: Pick<GroupCurve, 'partitions'>): readonly GroupTimeLag[] =>
  timeLagOf(partitions);

const timeLagOf = onceFor((partitions: GroupCurve['partitions']): readonly GroupTimeLag[] => {
  const lags = withoutInert(partitions).flatMap((history) =>
    interpolateTimeLag(history).map((lag, index) => ({
      lag: { ...lag, partition: history.partition },
      fromMs: history.samples[index]?.fromMs ?? lag.atMs,
    })),
  );
  return [...Map.groupBy(lags, ({ fromMs }) => fromMs)]
    .sort(([left], [right]) => left - right)
    .map(([, those]) => furthestBehind(those.map(({ lag }) => lag)));
});

type Known = Extract<GroupTimeLag, TimeLag>;

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
