import { inOneLine } from '../../reporters/plain-text.ts';
import type { Catalog } from '../../reporters/locales/catalog.ts';
import { fitName, padText, widthOf } from './cells.ts';
import type { FollowedRow } from './followed-rows.ts';
import { span, type Line, type Span, type Tone } from './spans.ts';
import { sparkline } from './sparkline.ts';

type Column = {
  readonly id: string;
  readonly head: string;
  readonly side: 'left' | 'right';
  readonly cell: (row: FollowedRow) => Span;
  /** May be cut down to this many columns; absent: is shown whole, for a figure without its end is another figure. */
  readonly least?: number;
};

const none = '-';
const gutter = 2;
/** Names do not grow beyond this; the rest of a wide terminal stays free. */
const widestName = 40;
const historyColumns = 16;
/** Below this, an interval is shown by its upper bound alone. */
const narrowColumns = 60;
/** Which columns give way first on a narrow terminal, from the end. */
const byImportance = [
  'name',
  'lag',
  'trend',
  'status',
  'consumed',
  'produced',
  'drain',
  'waiting',
  'history',
  'topic',
  'phase',
];

/** Head and rows of the table, as wide as the columns at most. */
export const tableLines = (rows: readonly FollowedRow[], columns: number, catalog: Catalog): Line[] => {
  const all = columnsOf(rows, catalog, columns < narrowColumns).map((column) => ({
    column,
    cells: rows.map(column.cell),
  }));
  const shown = fitColumns(all, columns);
  return [
    shown.flatMap(({ column, width }, index) =>
      spaced(span(padText(column.head, width, column.side), 'quiet'), index),
    ),
    ...rows.map((row, number) =>
      shown.flatMap(({ column, cells, width }, index) => {
        const { text, tone } = cells[number] as Span;
        const fitted = column.least === undefined ? text : fitName(text, width);
        return spaced(span(padText(fitted, width, column.side), row.isStale ? 'quiet' : tone), index);
      }),
    ),
  ];
};

const spaced = (cell: Span, index: number): Span[] =>
  index === 0 ? [cell] : [span(' '.repeat(gutter)), cell];

type Filled = { readonly column: Column; readonly cells: readonly Span[] };

/** As many columns as fit, in their order; what is left over goes to the names. */
const fitColumns = (all: readonly Filled[], columns: number): (Filled & { readonly width: number })[] => {
  const sized = all.map(({ column, cells }) => {
    const wanted = Math.max(widthOf(column.head), ...cells.map(({ text }) => widthOf(text)));
    return { column, cells, wanted, least: Math.min(wanted, column.least ?? wanted) };
  });
  const ranked = byImportance.flatMap((id) => sized.filter(({ column }) => column.id === id));
  const kept = new Set<Column>();
  let room = columns + gutter;
  for (const { column, least } of ranked) {
    if (least + gutter > room && kept.size > 1) break;
    kept.add(column);
    room -= least + gutter;
  }
  return sized
    .filter(({ column }) => kept.has(column))
    .map(({ column, cells, wanted, least }) => {
      const more = Math.max(0, Math.min(wanted, widestName) - least);
      const grown = column.least === undefined ? 0 : Math.min(more, Math.max(0, room));
      room -= grown;
      return { column, cells, width: least + grown };
    });
};

const columnsOf = (rows: readonly FollowedRow[], catalog: Catalog, isNarrow: boolean): Column[] => {
  const { screen: words, formats } = catalog;
  const isOneTopicEach = new Set(rows.map(({ group }) => group)).size === rows.length;
  const rate = (value: number | null): Span => span(value === null ? none : formats.number(value));
  return [
    {
      id: 'name',
      head: words.columns.group,
      side: 'left',
      least: isNarrow ? 16 : 24,
      cell: ({ group, topic }) => span(inOneLine(isOneTopicEach ? group : `${group}/${topic}`)),
    },
    ...(isOneTopicEach
      ? [
          {
            id: 'topic',
            head: words.columns.topic,
            side: 'left',
            least: 12,
            cell: ({ topic }) => span(inOneLine(topic)),
          } satisfies Column,
        ]
      : []),
    {
      id: 'lag',
      head: words.columns.lag,
      side: 'right',
      cell: (row) => span(lagText(row.lagLow, row.lagHigh, catalog, isNarrow), 'strong'),
    },
    { id: 'trend', head: '', side: 'left', cell: ({ trend }) => trendCell(trend, catalog) },
    {
      id: 'history',
      head: words.columns.history,
      side: 'left',
      cell: ({ slices }) => span(sparkline(slices(historyColumns))),
    },
    {
      id: 'produced',
      head: words.columns.produced,
      side: 'right',
      cell: (row) => rate(row.produceRatePerSecond),
    },
    {
      id: 'consumed',
      head: words.columns.consumed,
      side: 'right',
      cell: (row) => rate(row.consumeRatePerSecond),
    },
    {
      id: 'waiting',
      head: words.columns.waiting,
      side: 'right',
      cell: (row) => span(waitingText(row, catalog)),
    },
    { id: 'drain', head: words.columns.drain, side: 'right', cell: (row) => span(drainText(row, catalog)) },
    { id: 'status', head: words.columns.status, side: 'left', cell: (row) => statusCell(row, catalog) },
    {
      id: 'phase',
      head: words.columns.phase,
      side: 'left',
      cell: ({ phase }) => span(words.groupPhases[phase], phase === 'consuming' ? undefined : 'caution'),
    },
  ];
};

/** In messages; `isShort`: of an interval only what it is at most. */
export const lagText = (
  low: number | null,
  high: number | null,
  { formats, screen }: Catalog,
  isShort = false,
): string => {
  if (low === null || high === null) return none;
  if (low === high) return formats.count(low);
  return isShort ? `≤${formats.count(high)}` : screen.interval(formats.count(low), formats.count(high));
};

const trendTones: Readonly<Record<string, Tone>> = { growing: 'bad', shrinking: 'good', steady: 'quiet' };
const trendCell = (trend: FollowedRow['trend'], { screen }: Catalog): Span =>
  trend === null ? span(' ') : span(screen.trend[trend], trendTones[trend]);

const waitingText = ({ waiting: { lowMs, highMs } }: FollowedRow, { formats, screen }: Catalog): string => {
  if (lowMs === null) return none;
  if (highMs === null) return `≥${formats.duration(lowMs)}`;
  const [low, high] = [formats.duration(lowMs), formats.duration(highMs)];
  return low === high ? low : screen.interval(low, high);
};

const drainText = ({ lagHigh, drain }: FollowedRow, { formats, screen }: Catalog): string => {
  if (lagHigh === 0) return none;
  if (drain === null) return screen.notKnown;
  const { restMs, restLowMs, restHighMs } = drain;
  const rest = screen.estimated(formats.duration(restMs));
  return restLowMs === null || restHighMs === null
    ? rest
    : `${rest} (${screen.interval(formats.duration(restLowMs), formats.duration(restHighMs))})`;
};

const statusTones: Readonly<Record<NonNullable<FollowedRow['status']>, Tone>> = {
  ok: 'good',
  unknown: 'quiet',
  warn: 'caution',
  stall: 'bad',
  stop: 'bad',
  rewind: 'bad',
  loss: 'bad',
};

/** The ids that are documented and that the table of `watch` shows. */
const statusCell = ({ status, isStale }: FollowedRow, { screen }: Catalog): Span => {
  if (isStale) return span(screen.stale, 'quiet');
  return status === null ? span(none) : span(status.toUpperCase(), statusTones[status]);
};
