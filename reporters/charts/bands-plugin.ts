import type { Chart, ChartArea, Plugin } from 'chart.js';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { chartFontFamily } from '../font-file.ts';
import type { Band, Panel } from './panel.ts';

const loadFill = '#E9F1F7';
const faultFill = 'rgba(213, 94, 0, 0.13)';
const faultEdge = 'rgba(213, 94, 0, 0.75)';
const faultInk = '#A03C00';
const edgeInk = '#8A8A8A';
const labelInk = '#333333';
const hatchStep = 7;
const labelRoom = 10;

/** Paints the page white, shades phases and gaps behind the lines, and names the phases above the plot. */
export const bandsPlugin = (panel: Panel): Plugin<'line'> => ({
  id: 'lagline-bands',
  beforeDraw: (chart) => {
    const context = contextOf(chart);
    context.save();
    context.fillStyle = '#FFFFFF';
    context.fillRect(0, 0, chart.width, chart.height);
    for (const band of panel.timeline.bands) paintBand(context, chart, band);
    context.restore();
  },
  afterDraw: (chart) => {
    const context = contextOf(chart);
    context.save();
    labelBands(context, chart, panel.timeline.bands);
    labelFaults(context, chart, panel.timeline.bands);
    if (panel.lines.length === 0) writeInMiddle(context, chart.chartArea, panel.timeline.noData);
    context.restore();
  },
});

const contextOf = (chart: Chart): SKRSContext2D => chart.ctx;

const spanOf = (chart: Chart, band: Band): { left: number; right: number } => {
  const x = chart.scales['x'];
  const { left, right } = chart.chartArea;
  const clamp = (pixel: number) => Math.min(right, Math.max(left, pixel));
  return x === undefined
    ? { left, right: left }
    : { left: clamp(x.getPixelForValue(band.fromMs)), right: clamp(x.getPixelForValue(band.toMs)) };
};

const paintBand = (context: SKRSContext2D, chart: Chart, band: Band): void => {
  const { left, right } = spanOf(chart, band);
  const { top, bottom } = chart.chartArea;
  if (band.kind === 'load') {
    context.fillStyle = loadFill;
    context.fillRect(left, top, right - left, bottom - top);
  }
  if (band.kind === 'fault') {
    context.fillStyle = faultFill;
    context.fillRect(left, top, Math.max(right - left, 2), bottom - top);
    context.fillStyle = faultEdge;
    for (const edge of [left, right]) context.fillRect(edge, top, 1, bottom - top);
  }
  if (band.kind === 'gap') hatch(context, left, Math.max(right, left + 2), top, bottom);
};

const hatch = (context: SKRSContext2D, left: number, right: number, top: number, bottom: number): void => {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.fillStyle = '#F4F4F4';
  context.fillRect(left, top, right - left, bottom - top);
  context.strokeStyle = '#B5B5B5';
  context.lineWidth = 1;
  const height = bottom - top;
  for (let x = left - height; x < right; x += hatchStep) {
    context.beginPath();
    context.moveTo(x, bottom);
    context.lineTo(x + height, top);
    context.stroke();
  }
  context.restore();
};

/** A label stands over the middle of its band, never over another label. */
const labelBands = (context: SKRSContext2D, chart: Chart, bands: readonly Band[]): void => {
  const { top, bottom, right: plotRight } = chart.chartArea;
  context.font = `14px "${chartFontFamily}"`;
  context.textBaseline = 'bottom';
  let freeFrom = chart.chartArea.left;
  for (const band of bands.filter(({ kind, labels }) => kind !== 'fault' && labels.length > 0)) {
    const { left, right } = spanOf(chart, band);
    context.strokeStyle = edgeInk;
    context.lineWidth = 1;
    context.setLineDash([4, 4]);
    for (const edge of [left, right]) {
      context.beginPath();
      context.moveTo(edge, top - 6);
      context.lineTo(edge, bottom);
      context.stroke();
    }
    const room = right - left - labelRoom;
    const label =
      band.labels.find((text) => context.measureText(text).width <= room) ?? band.labels.at(-1) ?? '';
    const { width } = context.measureText(label);
    const start = Math.min(Math.max((left + right - width) / 2, freeFrom), plotRight - width);
    if (start < freeFrom) continue;
    context.fillStyle = labelInk;
    context.fillText(label, start, top - 8);
    freeFrom = start + width + labelRoom;
  }
};

const faultLabelHeight = 16;
const faultLabelRows = 3;

/** The name of a fault stands inside the plot, at its beginning; in a row of its own where others are under way. */
const labelFaults = (context: SKRSContext2D, chart: Chart, bands: readonly Band[]): void => {
  const { top, right: plotRight } = chart.chartArea;
  context.font = `13px "${chartFontFamily}"`;
  context.textBaseline = 'top';
  const freeFrom: number[] = [];
  for (const band of bands.filter(({ kind }) => kind === 'fault')) {
    const text = band.labels[0] ?? '';
    const { width } = context.measureText(text);
    const start = Math.max(
      chart.chartArea.left,
      Math.min(spanOf(chart, band).left + 4, plotRight - width - 4),
    );
    const row = Array.from({ length: faultLabelRows }, (_, index) => index).find(
      (index) => (freeFrom[index] ?? 0) <= start,
    );
    if (row === undefined) continue;
    freeFrom[row] = start + width + labelRoom;
    context.fillStyle = 'rgba(255, 255, 255, 0.75)';
    context.fillRect(start - 2, top + 3 + row * faultLabelHeight, width + 4, faultLabelHeight);
    context.fillStyle = faultInk;
    context.fillText(text, start, top + 4 + row * faultLabelHeight);
  }
};

const writeInMiddle = (context: SKRSContext2D, area: ChartArea, text: string): void => {
  context.font = `18px "${chartFontFamily}"`;
  context.fillStyle = '#666666';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, (area.left + area.right) / 2, (area.top + area.bottom) / 2);
};
