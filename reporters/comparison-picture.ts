import type { SKRSContext2D } from '@napi-rs/canvas';
import type { CompareDocument, ComparedMetric } from '../core/compare/compare-document.ts';
import { gridInk } from './charts/panel-axes.ts';
import {
  dot,
  drawSheet,
  line,
  niceStep,
  sheetMargin,
  sheetTop,
  verdictColours,
  write,
} from './charts/sheet.ts';
import { signedShare } from './compare-text.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';

const plot = { left: 430, right: 1090 } as const;
const rowHeight = 58;
/** Beyond a doubling, changes are drawn at the edge: one that is off by far would press all others together. */
const greatest = 1;

type Drawn = ComparedMetric & { readonly change: number };

/** Metrics whose change can be said as a share: only they have a place on its axis. */
export const drawnMetrics = ({ metrics }: CompareDocument): Drawn[] =>
  metrics.filter((metric): metric is Drawn => metric.change !== null);

/** Each metric's change with its interval, and below it how the runs of both sides lie; PNG. */
export const comparisonPicture = (document: CompareDocument, catalog: Catalog): Promise<Uint8Array> => {
  const { compare: words } = catalog;
  const metrics = drawnMetrics(document);
  const bottom = sheetTop + 26 + metrics.length * rowHeight;
  const reach = reachOf(metrics, document.minEffect);
  const x = (share: number): number => {
    const within = Math.max(-reach, Math.min(reach, share));
    return plot.left + ((within + reach) / (2 * reach)) * (plot.right - plot.left);
  };
  return drawSheet(
    bottom + 70,
    {
      title: words.picture.title,
      subtitle: words.picture.subtitle(
        document.base.length,
        document.candidate.length,
        `±${(document.minEffect * 100).toFixed(1)}%`,
      ),
    },
    (context) => {
      drawAxis(context, { bottom, reach, x, minEffect: document.minEffect, title: words.picture.axis });
      for (const [row, metric] of metrics.entries())
        drawRow(context, metric, sheetTop + 26 + row * rowHeight, x, catalog);
      drawLegend(context, bottom + 56, catalog);
    },
  );
};

const reachOf = (metrics: readonly Drawn[], minEffect: number): number => {
  const shares = metrics.flatMap(({ change, changeLow, changeHigh }) => [change, changeLow, changeHigh]);
  const most = Math.max(2 * minEffect, 0.1, ...shares.map((share) => Math.abs(share ?? 0)));
  return Math.min(greatest, most * 1.1);
};

type Axis = {
  readonly bottom: number;
  readonly reach: number;
  readonly x: (share: number) => number;
  readonly minEffect: number;
  readonly title: string;
};

const drawAxis = (context: SKRSContext2D, { bottom, reach, x, minEffect, title }: Axis): void => {
  context.fillStyle = '#F1F1F1';
  context.fillRect(x(-minEffect), sheetTop, x(minEffect) - x(-minEffect), bottom - sheetTop);
  const step = niceStep(2 * reach, 8);
  for (let tick = -Math.floor(reach / step); tick <= Math.floor(reach / step); tick += 1) {
    const at = x(tick * step);
    line(context, [at, sheetTop], [at, bottom], {
      colour: tick === 0 ? '#8A8A8A' : gridInk,
      width: tick === 0 ? 1.5 : 1,
    });
    write(context, signedShare(tick * step).replace('.0%', '%'), at, bottom + 20, { align: 'center' });
  }
  write(context, title, plot.right + 16, bottom + 20, { colour: '#555555' });
};

const colourOf = ({ verdict }: ComparedMetric): string =>
  verdict === 'regression' || verdict === 'improvement' ? verdictColours[verdict] : verdictColours.neither;

const drawRow = (
  context: SKRSContext2D,
  metric: Drawn,
  top: number,
  x: (share: number) => number,
  { compare: words }: Catalog,
): void => {
  const colour = colourOf(metric);
  const isCalled = colour !== verdictColours.neither;
  const y = top + 16;
  write(context, inOneLine(metric.metric), sheetMargin, y + 5, {
    room: plot.left - sheetMargin - 20,
    isBold: isCalled,
  });
  const [low, high] = [metric.changeLow ?? -Infinity, metric.changeHigh ?? Infinity];
  line(context, [x(low), y], [x(high), y], {
    colour,
    width: 3,
    dash: metric.changeLow === null ? [4, 4] : [],
  });
  dot(context, x(metric.change), y, { colour, radius: 6 });
  const base = metric.base.mean ?? 1;
  for (const value of metric.base.values)
    dot(context, x(value / base - 1), y + 16, { colour: '#8A8A8A', radius: 3.5, isHollow: true });
  for (const value of metric.candidate.values)
    dot(context, x(value / base - 1), y + 27, { colour, radius: 3.5 });
  write(context, `${signedShare(metric.change)}  ${words.verdict[metric.verdict]}`, plot.right + 16, y + 5, {
    colour,
    isBold: isCalled,
  });
};

const drawLegend = (context: SKRSContext2D, y: number, { compare: { picture } }: Catalog): void => {
  const colour = verdictColours.neither;
  line(context, [plot.left, y - 5], [plot.left + 36, y - 5], { colour, width: 3 });
  dot(context, plot.left + 18, y - 5, { colour, radius: 6 });
  write(context, picture.change, plot.left + 46, y);
  dot(context, plot.left + 286, y - 5, { colour: '#8A8A8A', radius: 3.5, isHollow: true });
  write(context, picture.base, plot.left + 298, y);
  dot(context, plot.left + 466, y - 5, { colour, radius: 3.5 });
  write(context, picture.candidate, plot.left + 478, y);
};
