import type { Observation } from './observation.ts';
import { samplesOf } from './offset-samples.ts';
import { collectOffsets } from './offset-collection.ts';
import type { RunRecord, Series, SeriesKey } from './run-record.ts';

/** Series and offsets as a record holds them, put together in memory while they are seen. */
export type Collection = {
  take(observations: readonly Observation[]): void;
  read(): Pick<RunRecord, 'series' | 'offsets'>;
};

/** Keeps what `isWanted` says; memory grows with that, and with the length of the run. */
export const collectObservations = (isWanted: (seen: Observation) => boolean): Collection => {
  const series = new Map<string, Series>();
  const offsets = collectOffsets();
  const seriesOf = (kind: Series['kind'], { name, labels, unit }: SeriesKey): Series => {
    const id = JSON.stringify([kind, name, ...Object.entries(labels).flat()]);
    const key = { name, labels, unit };
    const found =
      series.get(id) ??
      (kind === 'distribution' ? { ...key, kind, windows: [] } : { ...key, kind, points: [] });
    series.set(id, found);
    return found;
  };
  const add = (seen: Observation): void => {
    if (seen.kind === 'offsets') {
      for (const { sample, ...place } of samplesOf(seen)) offsets.add(place, sample);
    } else if (seen.kind === 'window') {
      const target = seriesOf('distribution', seen.series);
      if (target.kind === 'distribution')
        target.windows.push({ fromMs: seen.fromMs, toMs: seen.toMs, histogram: seen.histogram });
    } else if (seen.kind === 'gauge' || seen.kind === 'counter') {
      const target = seriesOf(seen.kind, seen.series);
      if (target.kind !== 'distribution') target.points.push([seen.atMs, seen.value]);
    }
  };
  return {
    take: (observations) => {
      for (const seen of observations) if (isWanted(seen)) add(seen);
    },
    read: () => ({ series: [...series.values()], offsets: offsets.read() }),
  };
};
