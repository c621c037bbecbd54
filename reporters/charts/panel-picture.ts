import { createCanvas } from '@napi-rs/canvas';
import {
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
} from 'chart.js';
import { bandsPlugin } from './bands-plugin.ts';
import { loadChartFont } from './chart-font.ts';
import { axisWidth, font, gridInk, highest, ink, legendEntry, verticalAxis } from './panel-axes.ts';
import { panelData } from './panel-data.ts';
import type { Panel } from './panel.ts';
import { timeTicks } from './time-ticks.ts';

export const pictureSize = { width: 1400, height: 460 } as const;
export const smallHeight = 320;

const margin = 14;
/** Where the plot lies in every picture, as far as it is the same in all. */
export const plotEdges = { left: margin + axisWidth, right: pictureSize.width - margin - axisWidth } as const;

Chart.register(Filler, Legend, LinearScale, LineController, LineElement, PointElement, SubTitle, Title);

/** Draws a panel as PNG. The same panel gives the same bytes. */
export const panelPicture = async (panel: Panel): Promise<Uint8Array> => {
  loadChartFont();
  const canvas = createCanvas(pictureSize.width, panel.isSmall === true ? smallHeight : pictureSize.height);
  const context = canvas.getContext('2d');
  const chart = new Chart(context, configuration(panel));
  const png = await canvas.encode('png');
  chart.destroy();
  return png;
};

const configuration = (panel: Panel): ChartConfiguration<'line'> => ({
  type: 'line',
  data: { datasets: panelData(panel) },
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
        border: { z: -1 },
        title: { display: true, text: panel.timeline.axisTitle, color: ink, font: font(14) },
      },
      left: verticalAxis(
        'left',
        panel.leftAxis,
        panel.top ?? Math.max(panel.leftAtLeast ?? 0, highest(panel, 'left')),
      ),
      ...(panel.rightAxis === undefined
        ? {}
        : {
            right: verticalAxis(
              'right',
              panel.rightAxis,
              panel.top ?? Math.max(panel.rightAtLeast ?? 0, highest(panel, 'right')),
            ),
          }),
    },
  },
});
