import type { GroupLine, PartitionLine, WatchLine } from '../core/watch/watch-line.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';

const heads = [
  'GROUP',
  'TOPIC',
  'PARTITION',
  'CURRENT-OFFSET',
  'LOG-END-OFFSET',
  'LAG',
  'CONSUMER-ID',
  'HOST',
  'CLIENT-ID',
  'LAG-RANGE',
  'STATE',
  'TIME-LAG',
  'IN/S',
  'OUT/S',
  'STATUS',
  'DRAIN',
];

/** The columns of kafka-consumer-groups, ours to the right of them, and a line for each group; undefined where nothing was read. */
export const watchTable = (lines: readonly WatchLine[], catalog: Catalog): string | undefined => {
  const partitions = lines.filter((line) => line.kind === 'partition');
  const groups = lines.filter((line) => line.kind === 'group');
  if (partitions.length === 0) return undefined;
  const rows = [
    heads,
    ...partitions.map((line) => partitionCells(line, catalog)),
    ...groups.map((line) => groupCells(line, catalog)),
  ];
  const widths = heads.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** As kafka-consumer-groups writes what there is not. */
const none = '-';
const text = (value: string | number | null): string => (value === null ? none : inOneLine(String(value)));

const partitionCells = (line: PartitionLine, catalog: Catalog): string[] => [
  text(line.group),
  text(line.topic),
  text(line.partition),
  text(line.currentOffset),
  text(line.logEndOffset),
  text(line.lag),
  text(line.consumerId),
  text(line.host),
  text(line.clientId),
  ...ourCells(line, line.state, timeLagText(line, catalog), catalog),
];

const groupCells = (line: GroupLine, catalog: Catalog): string[] => [
  text(line.group),
  text(line.topic),
  '*',
  none,
  none,
  none,
  catalog.watch.members(line.members),
  none,
  none,
  ...ourCells(line, line.state, none, catalog),
];

const ourCells = (
  line: Pick<
    GroupLine,
    'lagLow' | 'lagHigh' | 'produceRatePerSecond' | 'consumeRatePerSecond' | 'status' | 'drainEstimateMs'
  >,
  state: string,
  timeLag: string,
  { formats }: Catalog,
): string[] => [
  line.lagLow === null || line.lagHigh === null
    ? none
    : line.lagLow === line.lagHigh
      ? String(line.lagLow)
      : `${line.lagLow}~${line.lagHigh}`,
  state,
  timeLag,
  line.produceRatePerSecond === null ? none : formats.number(line.produceRatePerSecond),
  line.consumeRatePerSecond === null ? none : formats.number(line.consumeRatePerSecond),
  line.status.toUpperCase(),
  line.drainEstimateMs === null ? none : formats.duration(line.drainEstimateMs),
];

const timeLagText = (
  { timeLagLowMs: low, timeLagHighMs: high }: PartitionLine,
  { formats }: Catalog,
): string => {
  if (low === null) return none;
  if (high === null) return `≥${formats.duration(low)}`;
  return low === high ? formats.duration(low) : `${formats.duration(low)}~${formats.duration(high)}`;
};

/** What is said beside the table, of a line that is none of its rows. */
export const watchNotice = (line: WatchLine, { watch, formats }: Catalog): string | undefined => {
  switch (line.kind) {
    case 'gap':
      return watch.gap(line.time, inOneLine(line.reason));
    case 'gap-end':
      return watch.gapEnd(line.time, formats.duration(line.durationMs));
    case 'event':
      return inOneLine(
        [
          line.time,
          line.name,
          ...Object.entries(line.facts).map(([name, value]) => `${name}=${String(value)}`),
        ].join(' '),
      );
    default:
      return undefined;
  }
};
