import type { Provenance } from '../quantity.ts';
import type { ResourceReport } from '../report-document.ts';
import type { Point, RunRecord } from '../record/run-record.ts';
import { pointsOf } from '../record/find-series.ts';
import { hostSeries } from '../record/series-names.ts';
import { loadEndMs, loadStartMs } from './phases.ts';

/** Highest and mean use of the machine, from the samples of the whole run; absent where nothing was sampled. */
export const resourceFigures = (record: RunRecord): ResourceReport[] =>
  sampledResources(record).map((resource) => summarise(resource, record));

/** Where each resource's figures come from, by the samples they were made from. */
export const resourceOrigins = (record: RunRecord): Record<string, Provenance> =>
  Object.fromEntries(
    sampledResources(record).flatMap((resource, index) => {
      const { points, underLoad, idle } = partsOf(resource, record);
      const report = summarise(resource, record);
      const path = `resources.${index}`;
      const origin = (
        kind: Provenance['kind'],
        part: readonly Point[],
        value: number | null = 0,
      ): Provenance => ({
        kind,
        source: `host sampler ${resource.id}`,
        samples: part.length,
        ...spanOf(part),
        ...(value === null ? { reason: 'too-few-samples' } : {}),
      });
      return [
        [path, origin('measured', points)],
        [`${path}.avg`, origin('computed', points)],
        [`${path}.loadAvg`, origin('computed', underLoad, report.loadAvg)],
        [`${path}.loadMax`, origin('measured', underLoad, report.loadMax)],
        [`${path}.loadMaxAtMs`, origin('measured', underLoad, report.loadMaxAtMs)],
        [`${path}.idleAvg`, origin('computed', idle, report.idleAvg)],
      ] as const;
    }),
  );

const spanOf = (points: readonly Point[]): Pick<Provenance, 'fromMs' | 'toMs'> => {
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined ? {} : { fromMs: first[0], toMs: last[0] };
};

const sampledResources = (record: RunRecord): Resource[] =>
  [
    { id: 'cpu', unit: 'percent', points: pointsOf(record, hostSeries.cpuPercent) },
    { id: 'memory', unit: 'percent', points: pointsOf(record, hostSeries.memoryUsedPercent) },
    ...processPoints(record),
    {
      id: 'disk-write',
      unit: 'bytes-per-second',
      points: ratesOf(pointsOf(record, hostSeries.diskWriteBytes)),
    },
    {
      id: 'network-receive',
      unit: 'bytes-per-second',
      points: ratesOf(pointsOf(record, hostSeries.networkReceiveBytes)),
    },
  ].filter(({ points }) => points.length > 0);

/** The samples of the whole run, of its load, and of the time after it when the machine is taken to be idle. */
const partsOf = ({ points }: Resource, record: RunRecord) => {
  const [fromMs, toMs] = [loadStartMs(record), loadEndMs(record)];
  return {
    points,
    underLoad: points.filter(([atMs]) => atMs >= fromMs && atMs <= toMs),
    idle: points.filter(([atMs]) => atMs >= toMs + settlingMs),
  };
};

type Resource = { readonly id: string; readonly unit: string; readonly points: readonly Point[] };

const processPoints = (record: RunRecord): Resource[] =>
  record.series.flatMap((series) =>
    series.kind === 'gauge' && series.name === hostSeries.processCpuPercent
      ? [{ id: `process-cpu:${series.labels['process'] ?? ''}`, unit: 'percent', points: series.points }]
      : [],
  );

/** Per second between readings of a counter; a reading below the one before (a restart) gives none. */
const ratesOf = (points: readonly Point[]): Point[] =>
  points.slice(1).flatMap(([atMs, value], index): Point[] => {
    const [beforeMs, before] = points[index] ?? [atMs, value];
    return atMs > beforeMs && value >= before ? [[atMs, ((value - before) * 1000) / (atMs - beforeMs)]] : [];
  });

const summarise = (resource: Resource, record: RunRecord): ResourceReport => {
  const { points, underLoad, idle } = partsOf(resource, record);
  const highest = highestOf(points);
  const highestUnderLoad = highestOf(underLoad);
  const before = points.filter(([atMs]) => atMs <= (highest?.[0] ?? 0));
  return {
    id: resource.id,
    unit: resource.unit,
    startValue: points[0]?.[1] ?? null,
    avg: meanOf(points),
    loadAvg: meanOf(underLoad),
    lowestBeforeMax: lowestOf(before),
    max: highest?.[1] ?? null,
    maxAtMs: highest?.[0] ?? null,
    loadMax: highestUnderLoad?.[1] ?? null,
    loadMaxAtMs: highestUnderLoad?.[0] ?? null,
    idleAvg: idle.length < minimumIdleSamples ? null : meanOf(idle),
    samples: points.length,
  };
};

/** The machine is taken to be idle this long after the load, and only with this many samples to say so. */
const settlingMs = 5000;
const minimumIdleSamples = 3;

/** The first of the highest points. */
const highestOf = (points: readonly Point[]): Point | undefined =>
  points.reduce<Point | undefined>(
    (most, point) => (most === undefined || point[1] > most[1] ? point : most),
    undefined,
  );

const lowestOf = (points: readonly Point[]): number | null =>
  points.reduce<number | null>((least, [, value]) => (least === null || value < least ? value : least), null);

const meanOf = (points: readonly Point[]): number | null =>
  points.length === 0 ? null : points.reduce((sum, [, value]) => sum + value, 0) / points.length;
