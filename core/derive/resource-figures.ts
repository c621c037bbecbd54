import type { ResourceReport, RunReport } from '../report-document.ts';
import type { Point, RunRecord } from '../record/run-record.ts';
import { pointsOf } from '../record/find-series.ts';
import { hostSeries } from '../record/series-names.ts';

/** Highest and mean use of the machine, from the samples of the whole run; absent where nothing was sampled. */
export const resourceFigures = (record: RunRecord): ResourceReport[] => [
  ...gaugeFigures(record, hostSeries.cpuPercent, 'cpu'),
  ...gaugeFigures(record, hostSeries.memoryUsedPercent, 'memory'),
  ...processFigures(record),
  ...rateFigures(record, hostSeries.diskWriteBytes, 'disk-write'),
  ...rateFigures(record, hostSeries.networkReceiveBytes, 'network-receive'),
];

const gaugeFigures = (record: RunRecord, name: string, id: string): ResourceReport[] =>
  summarise(pointsOf(record, name), id, 'percent');

const processFigures = (record: RunRecord): ResourceReport[] =>
  record.series.flatMap((series) =>
    series.kind === 'gauge' && series.name === hostSeries.processCpuPercent
      ? summarise(series.points, `process-cpu:${series.labels['process'] ?? ''}`, 'percent')
      : [],
  );

const rateFigures = (record: RunRecord, name: string, id: string): ResourceReport[] => {
  const points = pointsOf(record, name);
  const rates = points.slice(1).flatMap(([atMs, value], index): Point[] => {
    const [beforeMs, before] = points[index] ?? [atMs, value];
    return atMs > beforeMs && value >= before ? [[atMs, ((value - before) * 1000) / (atMs - beforeMs)]] : [];
  });
  return summarise(rates, id, 'bytes-per-second');
};

const summarise = (points: readonly Point[], id: string, unit: string): ResourceReport[] => {
  const first = points[0];
  if (first === undefined) return [];
  const highest = points.reduce((most, point) => (point[1] > most[1] ? point : most), first);
  const avg = points.reduce((sum, [, value]) => sum + value, 0) / points.length;
  return [
    { id, unit, startValue: first[1], avg, max: highest[1], maxAtMs: highest[0], samples: points.length },
  ];
};

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
