import type { LegendItem } from 'chart.js';
import { chartFontFamily } from '../font-file.ts';
import type { Line, Panel } from './panel.ts';

export const ink = '#222222';
export const gridInk = '#E3E3E3';

/** Width of each vertical axis; the same in all panels, so that their plots stand exactly below each other. */
export const axisWidth = 88;

/** A stretch of the line itself, dashes included, so that lines can be told apart without colour. */
export const legendEntry = ({ label, style }: Line, datasetIndex: number): LegendItem => ({
  text: label,
  datasetIndex,
  fontColor: ink,
  pointStyle: 'line',
  strokeStyle: style.colour,
  lineDash: [...style.dash],
  lineWidth: style.width,
});

/** Below this an axis needs decimals. */
const smallAxis = 5;

export const verticalAxis = (position: 'left' | 'right', title: string, reachesAtLeast: number) => ({
  type: 'linear' as const,
  position,
  min: 0,
  suggestedMax: reachesAtLeast,
  afterFit: (scale: { width: number }) => {
    scale.width = axisWidth;
  },
  ticks: {
    color: ink,
    font: font(14),
    maxTicksLimit: 6,
    ...(reachesAtLeast === 1 || reachesAtLeast >= smallAxis ? { precision: 0 } : {}),
    callback: (value: number | string, _index: number, ticks: readonly { readonly value: number }[]) =>
      tickText(Number(value), Math.max(...ticks.map((tick) => Math.abs(tick.value)))),
  },
  grid: { color: gridInk, drawOnChartArea: position === 'left' },
  border: { z: -1 },
  title: { display: true, text: title, color: ink, font: font(14) },
});

/** From here on a number is too long for its axis, whose numbers are all written alike. */
const longNumber = 10_000_000;

const shortNumbers = new Intl.NumberFormat('en-US');
const longNumbers = new Intl.NumberFormat('en-US', { notation: 'compact' });

const tickText = (value: number, greatest: number): string =>
  (greatest < longNumber ? shortNumbers : longNumbers).format(value);

/** Highest value of the lines; 0 where they have none. */
export const peakOf = (lines: readonly Line[]): number =>
  lines.reduce((most, { points }) => points.reduce((peak, [, value]) => Math.max(peak, value ?? 0), most), 0);

export const headRoom = 1.05;

/** Head room above the highest value; 1 where everything is 0, so that an axis of nothing is not drawn. */
export const highest = (panel: Panel, axis: Line['axis']): number => {
  const peak = peakOf(panel.lines.filter((line) => line.axis === axis));
  return peak === 0 ? 1 : peak * headRoom;
};

export const font = (size: number, weight: 'normal' | 'bold' = 'normal') => ({
  family: `"${chartFontFamily}"`,
  size,
  weight,
});
