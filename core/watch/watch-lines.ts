import { partitionLag } from '../derive/partition-lag.ts';
import type { GroupMember } from '../kafka/read-groups.ts';
import type { OffsetHistory } from '../record/run-record.ts';
import { drainEstimateMs, ratesOf, timeLag } from './partition-figures.ts';
import { partitionStatus, worstStatus } from './partition-status.ts';
import type { GroupLine, PartitionLine } from './watch-line.ts';

export type Holder = Pick<GroupMember, 'memberId' | 'host' | 'clientId'>;

/** What the newest reading and the window before it say of one partition; undefined without a reading. */
export const partitionLineOf = (
  { group, topic, partition, samples }: OffsetHistory,
  holder: Holder | undefined,
  time: string,
): PartitionLine | undefined => {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const { state, low, high } = partitionLag(last);
  const logEnd = last.highWatermark ?? last.end;
  const waited = timeLag(samples);
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
    timeLagLowMs: waited === null ? null : Math.round(waited.lowMs),
    timeLagHighMs: waited?.highMs == null ? null : Math.round(waited.highMs),
    produceRatePerSecond: rounded(producePerSecond),
    consumeRatePerSecond: rounded(consumePerSecond),
    status: partitionStatus({ samples, isHeld: holder !== undefined }),
    drainEstimateMs: rounded(drainEstimateMs(samples)),
  };
};

/** Three decimals are more than the readings can tell apart. */
const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 1000) / 1000;

/** One line for each group's topic. */
export const groupLinesOf = (lines: readonly PartitionLine[]): GroupLine[] =>
  [...Map.groupBy(lines, ({ group, topic }) => JSON.stringify([group, topic])).values()].map(groupLineOf);

const groupLineOf = (lines: readonly PartitionLine[]): GroupLine => {
  const [{ time, group, topic }] = lines as [PartitionLine, ...PartitionLine[]];
  const all = <Key extends keyof PartitionLine>(key: Key): PartitionLine[Key][] =>
    lines.map((line) => line[key]);
  return {
    kind: 'group',
    time,
    group,
    topic,
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
