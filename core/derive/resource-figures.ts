import type { ResourceReport, RunReport } from '../report-document.ts';
import type { Point, RunRecord } from '../record/run-record.ts';
import { pointsOf } from '../record/find-series.ts';
import { hostSeries } from '../record/series-names.ts';
import { loadEndMs, loadStartMs } from './phases.ts';

/** Highest and mean use of the machine, from the samples of the whole run; absent where nothing was sampled. */
export const resourceFigures = (record: RunRecord): ResourceReport[] =>
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
  ].flatMap((resource) => summarise(resource, record));

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

const summarise = ({ id, unit, points }: Resource, record: RunRecord): ResourceReport[] => {
  const first = points[0];
  const highest = highestOf(points);
  if (first === undefined || highest === undefined) return [];
  const before = points.filter(([atMs]) => atMs <= highest[0]).map(([, value]) => value);
  const [fromMs, toMs] = [loadStartMs(record), loadEndMs(record)];
  const underLoad = points.filter(([atMs]) => atMs >= fromMs && atMs <= toMs);
  const highestUnderLoad = highestOf(underLoad);
  const idle = points.filter(([atMs]) => atMs >= toMs + settlingMs);
  return [
    {
      id,
      unit,
      startValue: first[1],
      avg: meanOf(points.map(([, value]) => value)),
      loadAvg: meanOf(underLoad.map(([, value]) => value)),
      lowestBeforeMax: before.reduce((least, value) => Math.min(least, value), highest[1]),
      max: highest[1],
      maxAtMs: highest[0],
      loadMax: highestUnderLoad?.[1] ?? null,
      loadMaxAtMs: highestUnderLoad?.[0] ?? null,
      idleAvg: idle.length < minimumIdleSamples ? null : meanOf(idle.map(([, value]) => value)),
      samples: points.length,
    },
  ];
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

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How well the run itself was observed. */
export const measurementFigures = (record: RunRecord): RunReport['measurement'] => {
  const late = pointsOf(record, hostSeries.tickLateMs).map(([, value]) => value);
  const { intervalMs } = record.plan.sampling;
  return {
    intervalMs,
    ticks: late.length,
    lateTicks: late.filter((ms) => ms > intervalMs / 10).length,
    maxLateMs: late.length === 0 ? null : late.reduce((most, ms) => Math.max(most, ms), 0),
    gaps: mergeGaps(record.gaps),
    unreadableLines: record.unreadableLines,
  };
};

/** Puts gaps of one source together where one follows on the other; the first reason stands for all. */
export const mergeGaps = (gaps: RunRecord['gaps']): RunReport['measurement']['gaps'] => {
  const merged: RunReport['measurement']['gaps'] = [];
  for (const { source, fromMs, toMs, reason } of gaps.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const open = merged.findLast((gap) => gap.source === source);
    if (open !== undefined && fromMs <= open.toMs + 250) open.toMs = Math.max(open.toMs, toMs);
    else merged.push({ source, fromMs, toMs, reason });
  }
  return merged;
};
