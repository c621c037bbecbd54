import type { SKRSContext2D } from '@napi-rs/canvas';
import type { HistoryChange, HistoryDocument, HistoryMetric } from '../core/compare/history-document.ts';
import { gridInk } from './charts/panel-axes.ts';
import {
  dot,
  drawSheet,
  line,
  niceStep,
  sheetMargin,
  sheetTop,
  sheetWidth,
  verdictColours,
  write,
} from './charts/sheet.ts';
import { signedShare } from './compare-text.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';

const plot = { left: 110, right: sheetWidth - sheetMargin } as const;
const panelHeight = 200;
const plotHeight = 130;
const mostPanels = 6;
const runColour = '#0072B2';

/** What changed lately, what changed before, and then what did not: as many as one can take in. */
export const shownMetrics = ({ metrics }: HistoryDocument): HistoryMetric[] => {
  const rank = ({ changes }: HistoryMetric): number =>
    changes.some(({ isNewest }) => isNewest) ? 0 : changes.length > 0 ? 1 : 2;
  return metrics
    .filter(({ state }) => state === 'judged')
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, mostPanels);
};

/** The runs of each metric in their order, the means of stretches, and where it changed; PNG. */
export const historyPicture = (document: HistoryDocument, catalog: Catalog): Promise<Uint8Array> => {
  const { picture } = catalog.history;
  const metrics = shownMetrics(document);
  return drawSheet(
    sheetTop + metrics.length * panelHeight + 16,
    { title: picture.title, subtitle: picture.subtitle(document.newestRuns) },
    (context) => {
      for (const [index, metric] of metrics.entries())
        drawPanel(context, document, metric, sheetTop + index * panelHeight, catalog);
    },
  );
};

const drawPanel = (
  context: SKRSContext2D,
  { runs, newestRuns }: HistoryDocument,
  metric: HistoryMetric,
  top: number,
  catalog: Catalog,
): void => {
  const known = metric.values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const room = (most - least) * 0.1;
  const [bottom, from, to] = [top + 24 + plotHeight, least - room, most + room];
  const place: Place = {
    top: top + 24,
    bottom,
    x: (run) => plot.left + ((run + 0.5) / runs.length) * (plot.right - plot.left),
    y: (value) => bottom - ((value - from) / (to - from)) * plotHeight,
  };
  write(context, inOneLine(metric.metric), sheetMargin, top + 10, { isBold: true, room: 900 });
  drawGrid(context, { from, to, runs: runs.length, newestRuns, unit: metric.unit }, place, catalog);
  for (const [run, value] of metric.values.entries())
    if (value !== null) dot(context, place.x(run), place.y(value), { colour: runColour, radius: 3.5 });
  for (const stretch of metric.stretches)
    line(
      context,
      [place.x(stretch.from - 0.5), place.y(stretch.mean)],
      [place.x(stretch.to + 0.5), place.y(stretch.mean)],
      { colour: '#222222', width: 2 },
    );
  for (const change of metric.changes) drawChange(context, change, metric, place, catalog);
};

type Place = {
  readonly top: number;
  readonly bottom: number;
  /** Middle of a run's place, by its number from 0. */
  readonly x: (run: number) => number;
  readonly y: (value: number) => number;
};

type Grid = {
  readonly from: number;
  readonly to: number;
  readonly runs: number;
  readonly newestRuns: number;
  readonly unit: string;
};

const drawGrid = (
  context: SKRSContext2D,
  { from, to, runs, newestRuns, unit }: Grid,
  { top, bottom, x, y }: Place,
  { formats }: Catalog,
): void => {
  const shaded = x(Math.max(0, runs - newestRuns) - 0.5);
  context.fillStyle = '#F1F1F1';
  context.fillRect(shaded, top, plot.right - shaded, bottom - top);
  const step = niceStep(to - from, 4);
  for (let tick = Math.ceil(from / step); tick <= Math.floor(to / step); tick += 1) {
    const at = y(tick * step);
    line(context, [plot.left, at], [plot.right, at], { colour: gridInk });
    write(context, formats.quantity(tick * step, unit), plot.left - 10, at + 5, { align: 'right', size: 13 });
  }
  const every = Math.max(1, niceStep(runs, 20));
  for (let run = 0; run < runs; run += 1)
    if ((run + 1) % every === 0 || run === 0)
      write(context, String(run + 1), x(run), bottom + 18, { align: 'center', size: 13, colour: '#555555' });
};

const drawChange = (
  context: SKRSContext2D,
  change: HistoryChange,
  { unit }: HistoryMetric,
  { top, bottom, x }: Place,
  { formats }: Catalog,
): void => {
  const colour = verdictColours[change.verdict];
  const at = x(change.run - 0.5);
  line(context, [at, top], [at, bottom], { colour, width: 2, dash: [6, 4] });
  const sign = change.difference > 0 ? '+' : '';
  write(
    context,
    change.change === null
      ? `${sign}${formats.quantity(change.difference, unit)}`
      : signedShare(change.change),
    at,
    top - 5,
    { colour, align: 'center', isBold: true, size: 13 },
  );
};
