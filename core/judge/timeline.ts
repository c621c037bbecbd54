import type { Facts } from '../errors.ts';
import type { RunReport } from '../report-document.ts';
import { groupCurves, type CurvePoint } from '../derive/offset-curves.ts';
import { loadEndMs } from '../derive/phases.ts';
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
    ...figures.measurement.gaps
      .filter(({ source }) => source === 'kafka')
      .map(({ fromMs, toMs, reason }) => at(fromMs, 'broker-unreachable', { forMs: toMs - fromMs, reason })),
    ...endEntries(record),
  ].sort((left, right) => left.atMs - right.atMs);

const at = (atMs: number, event: string, facts: Facts = {}): Entry => ({ atMs, event, facts: { ...facts } });

const phaseEntries = ({ name, fromMs, toMs }: RunRecord['phases'][number]): Entry[] =>
  name === 'load' ? [at(fromMs, 'load-started'), ...(toMs === null ? [] : [at(toMs, 'load-ended')])] : [];

/** A backlog has begun to rise for good when it was last below a tenth of its peak before the peak. */
const risingShare = 0.1;

const groupEntries = (record: RunRecord, figures: RunFigures, index: number): Entry[] => {
  const group = figures.kafka.groups[index];
  const curve = groupCurves(record.offsets)[index];
  if (group === undefined || curve === undefined || !group.peakLagMessages || group.peakLagAtMs === null)
    return [];
  const names = { group: group.group, topic: group.topic };
  const peakAtMs = group.peakLagAtMs;
  const limit = group.peakLagMessages * risingShare;
  const before = curve.points.filter(({ atMs }) => atMs <= peakAtMs);
  const rising = before[before.findLastIndex(({ lagHigh }) => lagHigh !== null && lagHigh < limit) + 1];
  const endMs = loadEndMs(record);
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

const middleLag = ({ lagLow, lagHigh }: CurvePoint): number | null =>
  lagLow === null || lagHigh === null ? null : Math.round((lagLow + lagHigh) / 2);

const firstFailures = (record: RunRecord): Entry[] => {
  const first = pointsOf(record, 'http_reqs{expected_response:false}').find(([, value]) => value > 0);
  return first === undefined ? [] : [at(first[0], 'errors-first', { failed: first[1] })];
};

const endEntries = ({ load, end, phases }: RunRecord): Entry[] => {
  const loadEnd = phases.find(({ name }) => name === 'load')?.toMs;
  const k6 =
    load !== undefined && loadEnd != null && load.exitCode !== 0
      ? [at(loadEnd, 'k6-ended', { exitCode: load.exitCode, signal: load.signal })]
      : [];
  const interrupted =
    end?.status === 'interrupted' ? [at(end.atMs, 'interrupted', { signal: end.signal ?? null })] : [];
  return [...k6, ...interrupted];
};
