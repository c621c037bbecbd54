import { createCanvas } from '@napi-rs/canvas';
import {
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  SubTitle,
  Title,
  type ChartConfiguration,
  type ChartDataset,
  type LegendItem,
} from 'chart.js';
import { bandsPlugin } from './bands-plugin.ts';
import { chartFontFamily, loadChartFont } from './chart-font.ts';
import { downsample } from './downsample.ts';
import type { Line, Panel } from './panel.ts';
import type { LinePoint } from './series-points.ts';
import { timeTicks } from './time-ticks.ts';

export const pictureSize = { width: 1400, height: 460 } as const;

/** Width of each vertical axis; the same in all panels, so that their plots stand exactly below each other. */
const axisWidth = 88;
const margin = 14;
/** Where the plot lies in every picture, as far as it is the same in all. */
export const plotEdges = { left: margin + axisWidth, right: pictureSize.width - margin - axisWidth } as const;

const plotBuckets = plotEdges.right - plotEdges.left;
const ink = '#222222';
const gridInk = '#E3E3E3';

Chart.register(
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  SubTitle,
  Title,
);

/** Draws a panel as PNG. The same panel gives the same bytes. */
export const panelPicture = async (panel: Panel): Promise<Uint8Array> => {
  loadChartFont();
  const canvas = createCanvas(pictureSize.width, pictureSize.height);
  const context = canvas.getContext('2d');
  const chart = new Chart(context, configuration(panel));
  const png = await canvas.encode('png');
  chart.destroy();
  return png;
};

const configuration = (panel: Panel): ChartConfiguration<'line'> => ({
  type: 'line',
  data: { datasets: panel.lines.flatMap((line) => datasetsOf(line, panel.timeline.durationMs)) },
  plugins: [bandsPlugin(panel)],
  options: {
    responsive: false,
    animation: false,
    devicePixelRatio: 1,
    parsing: false,
    normalized: true,
    events: [],
    layout: {
      padding: {
        left: margin,
        right: panel.rightAxis === undefined ? margin + axisWidth : margin,
        top: 10,
        bottom: 8,
      },
    },
    plugins: {
      title: {
        display: true,
        text: panel.title,
        align: 'start',
        color: ink,
        font: font(19, 'bold'),
        padding: { top: 2, bottom: 4 },
      },
      subtitle: {
        display: true,
        text: panel.subtitle,
        align: 'start',
        color: '#555555',
        font: font(14),
        padding: { top: 0, bottom: 32 },
      },
      legend: {
        position: 'bottom',
        labels: {
          color: ink,
          font: font(15),
          usePointStyle: true,
          pointStyle: 'line',
          pointStyleWidth: 54,
          padding: 18,
          generateLabels: () => panel.lines.map(legendEntry),
        },
      },
    },
    scales: {
      x: {
        type: 'linear',
        min: 0,
        max: panel.timeline.durationMs,
        afterBuildTicks: (scale) => {
          scale.ticks = timeTicks(panel.timeline.durationMs).map((value) => ({ value }));
        },
        ticks: {
          color: ink,
          font: font(14),
          maxRotation: 0,
          autoSkip: false,
          callback: (value) => panel.timeline.tick(Number(value)),
        },
        grid: { color: gridInk },
        title: { display: true, text: panel.timeline.axisTitle, color: ink, font: font(14) },
      },
      left: verticalAxis('left', panel.leftAxis, panel.leftAtLeast ?? highest(panel, 'left')),
      ...(panel.rightAxis === undefined
        ? {}
        : { right: verticalAxis('right', panel.rightAxis, highest(panel, 'right')) }),
    },
  },
});

/** A stretch of the line itself, dashes included, so that lines can be told apart without colour. */
const legendEntry = ({ label, style }: Line, datasetIndex: number): LegendItem => ({
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

const verticalAxis = (position: 'left' | 'right', title: string, reachesAtLeast: number) => ({
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
    callback: (value: number | string) => Number(value).toLocaleString('en-US'),
  },
  grid: { color: gridInk, drawOnChartArea: position === 'left' },
  title: { display: true, text: title, color: ink, font: font(14) },
});

/** Head room above the highest value; 1 where everything is 0, so that an axis of nothing is not drawn. */
const highest = (panel: Panel, axis: Line['axis']): number => {
  const peak = panel.lines
    .filter((line) => line.axis === axis)
    .flatMap(({ points }) => points)
    .reduce((most, [, value]) => Math.max(most, value ?? 0), 0);
  return peak === 0 ? 1 : peak * 1.05;
};

const datasetsOf = (line: Line, durationMs: number): ChartDataset<'line'>[] => {
  const common = { yAxisID: line.axis, spanGaps: false, tension: 0, pointHitRadius: 0 };
  const points = downsample(line.points, durationMs, plotBuckets);
  const upper: ChartDataset<'line'> = {
    ...common,
    label: line.label,
    data: points.map(placed),
    borderColor: line.style.colour,
    backgroundColor: `${line.style.colour}33`,
    borderDash: [...line.style.dash],
    borderWidth: line.style.width,
    pointRadius: aloneRadii(points),
    pointBackgroundColor: line.style.colour,
    ...(line.lowerPoints === undefined ? {} : { fill: '+1' }),
  };
  if (line.lowerPoints === undefined) return [upper];
  const lower = downsample(line.lowerPoints, durationMs, plotBuckets);
  return [upper, { ...common, label: '', data: lower.map(placed), borderWidth: 0, pointRadius: 0 }];
};

const placed = ([x, value]: LinePoint) => ({ x, y: value ?? Number.NaN });

/** A point between two breaks has no line to show it; it gets a dot. */
const aloneRadii = (points: readonly LinePoint[]): number[] =>
  points.map((_, index) => (points[index - 1]?.[1] == null && points[index + 1]?.[1] == null ? 3 : 0));

const font = (size: number, weight: 'normal' | 'bold' = 'normal') => ({
  family: `"${chartFontFamily}"`,
  size,
  weight,
});
