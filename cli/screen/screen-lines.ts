import type { LiveVerdict } from '../../core/run/run-request.ts';
import type { Catalog } from '../../reporters/locales/catalog.ts';
import { inOneLine } from '../../reporters/plain-text.ts';
import { widthOf } from './cells.ts';
import type { LoggedEvent } from './event-log.ts';
import { lagText, tableLines } from './row-columns.ts';
import type { RunPart, ScreenModel, ScreenSize } from './screen-model.ts';
import { fitLine, flow, lineWidth, span, type Line } from './spans.ts';
import { sparkline } from './sparkline.ts';

/** The least and the greatest part of the height that events have. */
const leastEvents = 2;
const eventShare = 4;
const mostVerdicts = 4;

export type Frame = {
  readonly lines: readonly Line[];
  /** How far down the table can be scrolled at this size. */
  readonly mostScroll: number;
};

/** The whole frame: never more lines than there are rows, none wider than the terminal. */
export const screenFrame = (model: ScreenModel, size: ScreenSize, catalog: Catalog): Frame => {
  const { columns, rows } = size;
  const head = [
    ...headLines(model, columns, catalog),
    ...bannerLines(model, catalog),
    ...verdictLines(model.run, catalog),
  ]
    .slice(0, Math.max(1, rows))
    .map((line) => fitLine(line, columns));
  const keys =
    model.hasKeys && rows > head.length + 4 ? flow(keyParts(model, catalog), columns).slice(0, 1) : [];
  const below = rows - head.length - keys.length;
  const wantedEvents = Math.max(leastEvents, Math.floor(rows / eventShare));
  const told = below > 6 ? model.events(wantedEvents) : [];
  const events = told.map((event) => fitLine(eventLine(event, catalog), columns));
  const forTable = below - events.length - (events.length > 0 ? 1 : 0);
  const { lines: table, mostScroll } = tablePart(model, columns, forTable, catalog);
  const body = [...head, ...table];
  const tail = [...(events.length > 0 ? [[]] : []), ...events, ...keys];
  const blank = Array.from({ length: Math.max(0, rows - body.length - tail.length) }, (): Line => []);
  return { lines: [...body, ...blank, ...tail].slice(0, rows), mostScroll };
};

const headLines = (model: ScreenModel, columns: number, catalog: Catalog): Line[] => {
  const { formats } = catalog;
  const title = [span(model.run === undefined ? 'lagline watch' : 'lagline run', 'head')];
  const clock = `${formats.clock(model.nowEpochMs)} KST`;
  const place: Line = [span(inOneLine(model.title), 'strong')];
  const [first = [], ...rest] = flow(
    [[...title, span(' '), ...place], ...timeParts(model, catalog)],
    columns - widthOf(clock) - 2,
  );
  const room = Math.max(1, columns - lineWidth(first) - widthOf(clock));
  return [
    [...first, span(' '.repeat(room)), span(clock, 'quiet')],
    ...rest,
    ...(model.run === undefined ? [] : flow(loadParts(model.run, catalog), columns)),
    ...lagLines(model, columns, catalog),
  ];
};

const timeParts = ({ run, elapsedMs }: ScreenModel, { screen, formats }: Catalog): Line[] => {
  if (run === undefined) return [[span(screen.watched(formats.elapsed(elapsedMs)))]];
  const { phase, remainingMs, hasKafka } = run;
  const names = hasKafka ? (['load', 'drain'] as const) : (['load'] as const);
  const planned = remainingMs === null ? null : formats.elapsed(elapsedMs + remainingMs);
  return [
    names.flatMap((name, index) => [
      ...(index === 0 ? [] : [span(' → ', 'quiet')]),
      span(screen.phases[name], name === phase ? 'strong' : 'quiet'),
    ]),
    [span(screen.elapsedOf(formats.elapsed(elapsedMs), planned))],
    ...(remainingMs === null ? [] : [[span(screen.left(formats.elapsed(remainingMs)), 'quiet')]]),
  ];
};

/** Rates are those of the last second; of a load that has ended its sums are left. */
const loadParts = ({ phase, figures }: RunPart, { screen, formats }: Catalog): Line[] => {
  const {
    requestsPerSecond,
    failedShare,
    p95Ms,
    activeVUs,
    requests,
    failedRequests,
    droppedIterations: dropped,
  } = figures;
  const part = (name: string, value: string, isBad = false): Line => [
    span(`${name} `),
    span(value, isBad ? 'bad' : 'strong'),
  ];
  const shown = (value: number | undefined, format: (value: number) => string): string =>
    value === undefined ? '-' : format(value);
  const droppedPart = part(screen.droppedIterations, formats.count(dropped), dropped > 0);
  if (phase === 'drain')
    return [
      part(screen.requests, formats.count(requests)),
      part(screen.errors, formats.count(failedRequests), failedRequests > 0),
      droppedPart,
    ];
  return [
    part(screen.requestsPerSecond, shown(requestsPerSecond, formats.perSecond)),
    part(
      screen.errors,
      shown(failedShare, (share) => formats.percent(100 * share)),
      (failedShare ?? 0) > 0,
    ),
    part('p95', shown(p95Ms, formats.latency)),
    part(screen.virtualUsers, shown(activeVUs, formats.count)),
    droppedPart,
  ];
};

const widestHistory = 60;

const lagLines = (model: ScreenModel, columns: number, catalog: Catalog): Line[] => {
  const { screen, formats } = catalog;
  const { run, rows, total } = model;
  if (run !== undefined && !run.hasKafka) return [];
  if (rows.length === 0) return [[span(screen.noReadingYet, 'quiet')]];
  const isKnown = total.unknown < rows.length;
  const parts: Line[] = [
    [
      span(`${screen.lag} `),
      span(isKnown ? lagText(total.low, total.high, catalog) : screen.notKnown, 'strong'),
    ],
    ...(isKnown && total.unknown > 0
      ? [[span(screen.groupsUnknown(formats.count(total.unknown)), 'caution')]]
      : []),
    ...(run === undefined || (isKnown && total.high === 0) ? [] : [outlook(run, catalog)]),
  ];
  const lines = flow(parts, columns);
  const last = lines.at(-1) ?? [];
  const room = Math.min(widestHistory, columns - lineWidth(last) - 3);
  const own = Math.min(widestHistory, columns);
  const isBeside = room >= 10;
  const history = sparkline(model.totalSlices(isBeside ? room : own));
  if (history.trim() === '') return lines;
  return isBeside
    ? [...lines.slice(0, -1), [...last, span('  '), span(history)]]
    : [...lines, [span(history)]];
};

const outlook = ({ drainForecast }: RunPart, { screen, formats }: Catalog): Line => {
  if (drainForecast === null) return [span(`${screen.drainsIn} ${screen.notKnown}`)];
  const { restMs, restLowMs, restHighMs } = drainForecast;
  const interval = screen.interval(formats.duration(restLowMs), formats.duration(restHighMs));
  return [
    span(`${screen.drainsIn} `),
    span(screen.estimated(formats.duration(restMs)), 'strong'),
    span(` (${interval})`),
  ];
};

const bannerLines = (model: ScreenModel, { screen, formats }: Catalog): Line[] => {
  const { lostSinceEpochMs, nowEpochMs } = model;
  const lost =
    lostSinceEpochMs === null
      ? []
      : [screen.lostFor(formats.duration(Math.max(0, nowEpochMs - lostSinceEpochMs)))];
  const stopping = model.run?.isStopping === true ? [screen.stopping] : [];
  return [...stopping, ...lost].map((text) => [span(text, 'bad')]);
};

const verdictLines = (run: RunPart | undefined, catalog: Catalog): Line[] => {
  if (run === undefined || run.phase === 'drain') return [];
  const { screen, formats } = catalog;
  return [
    ...run.verdicts.slice(0, mostVerdicts).map((verdict) => verdictLine(verdict, catalog)),
    ...(run.rulesAtEnd > 0 ? [[span(screen.judgedAtEnd(formats.count(run.rulesAtEnd)), 'quiet')]] : []),
  ];
};

const outcomeTones = { pass: 'good', fail: 'bad', 'no-data': 'quiet', invalid: 'bad' } as const;

const verdictLine = (verdict: LiveVerdict, { screen, formats, outcome: outcomes }: Catalog): Line => {
  const { metric, expression, outcome, measured, unit } = verdict;
  return [
    span(`${screen.rule} ${inOneLine(`${metric} ${expression}`)}: `),
    outcome === null
      ? span(screen.notJudgedYet, 'quiet')
      : span(screen.soFar(outcomes[outcome]), outcomeTones[outcome]),
    ...(measured === null ? [] : [span(` (${formats.quantity(measured, unit)})`)]),
  ];
};

const eventLine = (event: LoggedEvent, { formats }: Catalog): Line => [
  span(`${formats.clock(event.atEpochMs)} `, 'quiet'),
  span(event.text, event.isWarning ? 'caution' : undefined),
  ...(event.times === 1 ? [] : [span(` ×${formats.count(event.times)}`, 'quiet')]),
];

const keyParts = ({ run, rows, order }: ScreenModel, { screen: { keys, orders } }: Catalog): Line[] =>
  [
    run === undefined ? keys.quit : keys.stop,
    ...(rows.length > 1 ? [keys.sort(orders[order]), keys.scroll] : []),
  ].map((text) => [span(text, 'quiet')]);

/** The worst that fit, with how many there are beside them. */
const tablePart = (model: ScreenModel, columns: number, height: number, catalog: Catalog) => {
  const { rows } = model;
  // Head and one row at least.
  if (rows.length === 0 || height < 2) return { lines: [], mostScroll: 0 };
  const isWhole = rows.length <= height - 1;
  const shown = isWhole ? rows.length : Math.max(1, height - 2);
  const mostScroll = Math.max(0, rows.length - shown);
  const from = Math.min(model.scroll, mostScroll);
  const lines = tableLines(rows.slice(from, from + shown), columns, catalog);
  if (!isWhole && height > 2)
    lines.push([span(catalog.screen.others(catalog.formats.count(rows.length - shown)), 'quiet')]);
  return { lines: lines.map((line) => fitLine(line, columns)), mostScroll };
};
