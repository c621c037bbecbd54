import { pointsOf } from '../record/find-series.ts';
import type { Gap, RunRecord } from '../record/run-record.ts';
import { hostSeries } from '../record/series-names.ts';
import type { RunReport } from '../report-document.ts';
import { clockFigures } from './clock-figures.ts';
import { momentsOf } from './moments-of.ts';
import { queryFigures } from './sample-age.ts';

type Gaps = RunReport['measurement']['gaps'];

/** How well the run itself was observed. */
export const measurementFigures = (record: RunRecord): RunReport['measurement'] => {
  const late = pointsOf(record, hostSeries.tickLateMs).map(([, value]) => value);
  const { intervalMs } = record.plan.sampling;
  return {
    intervalMs,
    ticks: late.length,
    lateTicks: late.filter((ms) => ms > intervalMs / 10).length,
    maxLateMs: late.length === 0 ? null : late.reduce((most, ms) => Math.max(most, ms), 0),
    p99LateMs: p99(late),
    gaps: mergeGaps([...record.gaps, ...unrecordedGaps(record)]),
    unreadableLines: record.unreadableLines,
    clocks: clockFigures(record),
    queries: queryFigures(record),
  };
};

/** Of fewer values it would be the greatest, and say more than they do. */
const p99 = (values: readonly number[]): number | null =>
  values.length < 100
    ? null
    : (values.toSorted((left, right) => left - right)[Math.ceil(0.99 * values.length) - 1] ?? null);

/** Reasons for which lagline itself, not the source, was late. */
const ownReasons: readonly string[] = ['overrun', 'ticks-skipped'];
export const isOwnLateness = ({ reason }: Pick<Gap, 'reason'>): boolean => ownReasons.includes(reason);

/** Puts gaps of one source together where one follows on the other; the first reason that is the source's own stands for all. */
export const mergeGaps = (gaps: RunRecord['gaps']): Gaps => {
  const merged: Gaps = [];
  for (const { source, fromMs, toMs, reason } of gaps.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const open = merged.findLast((gap) => gap.source === source);
    if (open !== undefined && fromMs <= open.toMs + 250) {
      open.toMs = Math.max(open.toMs, toMs);
      if (isOwnLateness(open)) open.reason = reason;
    } else merged.push({ source, fromMs, toMs, reason });
  }
  return merged;
};

/** From when to when the offsets were to be watched; what comes after is asking the store and writing. */
export const watchedSpan = ({
  phases,
  durationMs,
}: Pick<RunRecord, 'phases' | 'durationMs'>): { fromMs: number; toMs: number } => ({
  fromMs: 0,
  toMs: phases.at(-1)?.toMs ?? durationMs,
});

/**
 * From when on a last reading is one of the end: others were read since, or nothing was for longer than readings are apart.
 */
export const lastReadingsFromMs = (
  record: Pick<RunRecord, 'offsets' | 'plan' | 'phases' | 'durationMs'>,
): number =>
  record.offsets.reduce(
    (latestMs, { samples }) => Math.max(latestMs, samples.at(-1)?.fromMs ?? latestMs),
    watchedSpan(record).toMs - missingFromIntervals * record.plan.sampling.intervalMs,
  );

/** Readings this many intervals apart have something missing between them. */
const missingFromIntervals = 2.5;

/** Stretches without a reading of some group's offsets that no gap in the journal accounts for. */
const unrecordedGaps = (record: RunRecord): Gap[] => {
  const recorded = mergeGaps(record.gaps).filter(({ source }) => source === 'kafka');
  return stretchesBetweenReadings(record)
    .flatMap((stretch) => without(stretch, recorded))
    .filter(({ fromMs, toMs }) => toMs - fromMs > record.plan.sampling.intervalMs)
    .map((stretch) => ({ ...stretch, source: 'kafka', reason: 'ticks-skipped' }));
};

type Stretch = { readonly fromMs: number; readonly toMs: number };

const stretchesBetweenReadings = (record: RunRecord): Stretch[] => {
  const { intervalMs } = record.plan.sampling;
  const span = watchedSpan(record);
  const groups = Map.groupBy(record.offsets, ({ group, topic }) => JSON.stringify([group, topic]));
  return [...groups.values()].flatMap((partitions) => {
    const times = [...momentsOf(partitions).fromMs];
    if (times.length === 0) return [];
    return [...times, span.toMs].flatMap((toMs, index) => {
      const beforeMs = times[index - 1];
      return toMs - (beforeMs ?? span.fromMs) > missingFromIntervals * intervalMs
        ? [{ fromMs: beforeMs === undefined ? span.fromMs : beforeMs + intervalMs, toMs }]
        : [];
    });
  });
};

/** What is left of a stretch beside the gaps, which are ascending and do not overlap. */
const without = ({ fromMs, toMs }: Stretch, gaps: readonly Stretch[]): Stretch[] => {
  const left: Stretch[] = [];
  let openMs = fromMs;
  for (const gap of gaps) {
    if (gap.toMs <= openMs || gap.fromMs >= toMs) continue;
    if (gap.fromMs > openMs) left.push({ fromMs: openMs, toMs: gap.fromMs });
    openMs = Math.max(openMs, gap.toMs);
  }
  return openMs < toMs ? [...left, { fromMs: openMs, toMs }] : left;
};
