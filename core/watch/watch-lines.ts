import { partitionLag } from '../derive/partition-lag.ts';
import { latestTimeLag } from '../derive/time-lag/interpolate.ts';
import { isTimeLag } from '../derive/time-lag/time-lag.ts';
import type { GroupMember } from '../kafka/read-groups.ts';
import type { OffsetHistory, OffsetSample } from '../record/run-record.ts';
import { drainEstimateMs, ratesOf } from './partition-figures.ts';
import type { GroupPhase } from '../sampling/kafka-changes.ts';
import { partitionStatus, worstStatus } from './partition-status.ts';
import type { GroupLine, PartitionLine } from './watch-line.ts';

export type Holder = Pick<GroupMember, 'memberId' | 'host' | 'clientId'>;

/** What the newest reading and the window before it say of one partition; undefined without a reading. */
export const partitionLineOf = (
  { group, topic, partition, samples }: OffsetHistory<readonly OffsetSample[]>,
  holder: Holder | undefined,
  time: string,
): PartitionLine | undefined => {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const { state, low, high } = partitionLag(last);
  const logEnd = last.highWatermark ?? last.end;
  const { producePerSecond, consumePerSecond } = ratesOf(samples);
  return {
    kind: 'partition',
    time,
    group,
    topic,
    partition,
    currentOffset: last.committedAfter === null ? null : String(last.committedAfter),
    logEndOffset: String(logEnd),
    lag:
      last.committedAfter === null || last.committedAfter > logEnd
        ? null
        : Number(logEnd - last.committedAfter),
    consumerId: holder?.memberId ?? null,
    host: holder?.host ?? null,
    clientId: holder?.clientId ?? null,
    lagLow: low,
    lagHigh: high,
    state,
    ...timeLagOf(samples),
    produceRatePerSecond: rounded(producePerSecond),
    consumeRatePerSecond: rounded(consumePerSecond),
    // Who is about to hold it is not told before the rebalance ends.
    status: partitionStatus({ samples, isHeld: holder !== undefined || last.groupState === 'rebalancing' }),
    drainEstimateMs: rounded(drainEstimateMs(samples)),
  };
};

/** Where there is only a lower bound, the message was there before the window; without any, lag is no number. */
const timeLagOf = (
  samples: readonly OffsetSample[],
): Pick<PartitionLine, 'timeLagLowMs' | 'timeLagHighMs'> => {
  const lag = latestTimeLag(samples);
  if (lag === undefined) return { timeLagLowMs: null, timeLagHighMs: null };
  if (isTimeLag(lag)) return { timeLagLowMs: Math.round(lag.lowMs), timeLagHighMs: Math.round(lag.highMs) };
  const isBounded = lag.reason === 'before-history' || lag.reason === 'too-few-samples';
  return { timeLagLowMs: isBounded ? Math.round(lag.lowMs) : null, timeLagHighMs: null };
};

/** Three decimals are more than the readings can tell apart. */
const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 1000) / 1000;

/** One line for each group's topic. */
export const groupLinesOf = (
  lines: readonly PartitionLine[],
  phaseOfGroup: (group: string) => GroupPhase,
): GroupLine[] =>
  [...Map.groupBy(lines, ({ group, topic }) => JSON.stringify([group, topic])).values()].map((those) =>
    groupLineOf(those, phaseOfGroup),
  );

const groupLineOf = (
  lines: readonly PartitionLine[],
  phaseOfGroup: (group: string) => GroupPhase,
): GroupLine => {
  const [{ time, group, topic }] = lines as [PartitionLine, ...PartitionLine[]];
  const all = <Key extends keyof PartitionLine>(key: Key): PartitionLine[Key][] =>
    lines.map((line) => line[key]);
  return {
    kind: 'group',
    time,
    group,
    topic,
    state: phaseOfGroup(group),
    partitions: lines.length,
    members: new Set(all('consumerId').filter((id) => id !== null)).size,
    lagLow: sumOf(all('lagLow')),
    lagHigh: sumOf(all('lagHigh')),
    produceRatePerSecond: sumOf(all('produceRatePerSecond')),
    consumeRatePerSecond: sumOf(all('consumeRatePerSecond')),
    status: worstStatus(all('status')),
    drainEstimateMs: all('drainEstimateMs').reduce(
      (most, ms) => (most === null || ms === null ? null : Math.max(most, ms)),
      0,
    ),
  };
};

const sumOf = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
