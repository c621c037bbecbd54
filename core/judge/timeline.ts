import type { Facts } from '../errors.ts';
import type { RunReport } from '../report-document.ts';
import { curvesOf, middleLag, type CurvePoint } from '../derive/offset-curves.ts';
import { isOwnLateness } from '../derive/measurement-figures.ts';
import { producingEndMs } from '../derive/phases.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { pointsOf } from '../record/find-series.ts';
import type { RunRecord } from '../record/run-record.ts';

type Entry = RunReport['timeline'][number];

/** What happened when, made from the data alone; ascending in time. */
export const timeline = (record: RunRecord, figures: RunFigures): Entry[] =>
  [
    ...record.phases.flatMap(phaseEntries),
    ...record.events.map(({ atMs, name, facts }) => at(atMs, name, facts)),
    ...figures.kafka.groups.flatMap((_, index) => groupEntries(record, figures, index)),
    ...firstFailures(record),
    ...gapEntries(record, figures),
    ...endEntries(record),
  ].sort((left, right) => left.atMs - right.atMs);

const at = (atMs: number, event: string, facts: Facts = {}): Entry => ({ atMs, event, facts: { ...facts } });

const phaseEntries = ({ name, fromMs, toMs }: RunRecord['phases'][number]): Entry[] =>
  name === 'load' ? [at(fromMs, 'load-started'), ...(toMs === null ? [] : [at(toMs, 'load-ended')])] : [];

/** What is missing of a past period is an event of the record itself, with the partitions. */
const gapEntries = ({ plan }: RunRecord, { measurement }: RunFigures): Entry[] =>
  plan.reconstruction !== undefined
    ? []
    : measurement.gaps
        .filter((gap) => gap.source === 'kafka' && !isOwnLateness(gap))
        .map(({ fromMs, toMs, reason }) =>
          at(fromMs, 'broker-unreachable', { forMs: toMs - fromMs, reason }),
        );

/** A backlog is at its base below this share of its peak, or below what arrives in one interval where that is more. */
const baseShare = 0.01;
/** What arrives in one interval may come near the peak of a small backlog: this much of the peak is a rise in any case. */
const risenShare = 0.1;

const groupEntries = (record: RunRecord, figures: RunFigures, index: number): Entry[] => {
  const group = figures.kafka.groups[index];
  const curve = curvesOf(record)[index];
  if (group === undefined || curve === undefined || !group.peakLagMessages || group.peakLagAtMs === null)
    return [];
  const names = { group: group.group, topic: group.topic };
  const peakAtMs = group.peakLagAtMs;
  const inOneInterval = ((group.produceRatePerSecond ?? 0) * record.plan.sampling.intervalMs) / 1000;
  const base = Math.max(
    group.peakLagMessages * baseShare,
    Math.min(inOneInterval, group.peakLagMessages * risenShare),
  );
  const rising = startOfRise(
    curve.points.filter(({ atMs }) => atMs <= peakAtMs),
    base,
  );
  const endMs = producingEndMs(record, curve.points);
  const { drain } = group;
  return [
    ...(rising === undefined
      ? []
      : [at(rising.atMs, 'lag-rising', { ...names, lagMessages: middleLag(rising) })]),
    at(peakAtMs, 'lag-peak', { ...names, lagMessages: group.peakLagMessages }),
    ...(drain.state === 'drained' && drain.highMs !== null
      ? [at(endMs + drain.highMs, 'drained', { ...names, drainMs: drain.ms })]
      : []),
    ...(drain.state === 'timed-out' && record.end !== undefined && record.end.status !== 'interrupted'
      ? [
          at(curve.points.at(-1)?.atMs ?? record.durationMs, 'drain-timed-out', {
            ...names,
            remaining: group.finalLagMessages,
          }),
        ]
      : []),
  ];
};

/**
 * First reading of the rise that leads to the last one given: from the last at the base, back to where it stopped falling. A backlog
 * that stood there from the first reading on rises from where it was lowest; undefined where it never rose.
 */
const startOfRise = (points: readonly CurvePoint[], base: number): CurvePoint | undefined => {
  const least = points.reduce((low, { lagHigh }) => Math.min(low, lagHigh ?? low), Number.POSITIVE_INFINITY);
  const from = Math.max(base, least);
  let lowest = points.findLastIndex(({ lagHigh }) => lagHigh !== null && lagHigh <= from);
  while ((points[lowest - 1]?.lagHigh ?? Number.POSITIVE_INFINITY) < (points[lowest]?.lagHigh ?? 0))
    lowest -= 1;
  return points[lowest + 1];
};

const firstFailures = (record: RunRecord): Entry[] => {
  const first = pointsOf(record, 'http_reqs{expected_response:false}').find(([, value]) => value > 0);
  return first === undefined ? [] : [at(first[0], 'errors-first', { failed: first[1] })];
};

const endEntries = ({ load, end, phases, plan }: RunRecord): Entry[] => {
  if (plan.savedOutput !== undefined) return [];
  const loadEnd = phases.find(({ name }) => name === 'load')?.toMs;
  const k6 =
    load !== undefined && loadEnd != null && load.exitCode !== 0
      ? [at(loadEnd, 'k6-ended', { exitCode: load.exitCode, signal: load.signal })]
      : [];
  const interrupted =
    end?.status === 'interrupted' ? [at(end.atMs, 'interrupted', { signal: end.signal ?? null })] : [];
  return [...k6, ...interrupted];
};
