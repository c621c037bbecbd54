import { highest } from '../charts/panel-axes.ts';
import { styles, type Line, type Panel } from '../charts/panel.ts';
import { inOneLine } from '../plain-text.ts';
import type { LinePoint } from '../charts/series-points.ts';

/** A panel as the page's script draws it; see `chart-client.ts`. */
export type ChartData = {
  readonly title: string;
  readonly subtitle: string;
  readonly timeAxis: string;
  readonly noData: string;
  readonly durationMs: number;
  /** Charts of one group are zoomed together. */
  readonly group: number;
  readonly left: { readonly title: string; readonly max: number };
  readonly right: { readonly title: string; readonly max: number } | null;
  readonly bands: readonly {
    readonly kind: string;
    readonly from: number;
    readonly to: number;
    readonly label: string;
  }[];
  readonly lines: readonly {
    readonly label: string;
    /** Name of the line's colours in the style sheet. */
    readonly colour: string;
    readonly dash: string;
    readonly width: number;
    readonly axis: 'left' | 'right';
    readonly points: readonly LinePoint[];
    readonly lower: readonly LinePoint[] | null;
  }[];
};

export const chartData = (panel: Panel, group: number): ChartData => {
  const { timeline, title, subtitle, lines } = panel;
  return {
    title: inOneLine(title),
    subtitle,
    timeAxis: timeline.axisTitle,
    noData: timeline.noData,
    durationMs: timeline.durationMs,
    group,
    left: {
      title: panel.leftAxis,
      max: panel.top ?? Math.max(panel.leftAtLeast ?? 0, highest(panel, 'left')),
    },
    right:
      panel.rightAxis === undefined
        ? null
        : {
            title: panel.rightAxis,
            max: panel.top ?? Math.max(panel.rightAtLeast ?? 0, highest(panel, 'right')),
          },
    bands: timeline.bands.map(({ kind, fromMs, toMs, labels }) => ({
      kind,
      from: fromMs,
      to: toMs,
      label: inOneLine(labels[0] ?? ''),
    })),
    lines: lines.map((line) => ({
      label: inOneLine(line.label),
      colour: colourName(line),
      dash: line.style.dash.join(' '),
      width: line.style.width,
      axis: line.axis,
      points: shortened(line.points),
      lower: line.lowerPoints === undefined ? null : shortened(line.lowerPoints),
    })),
  };
};

const colourName = ({ style }: Line): string =>
  Object.entries(styles).find(([, known]) => known === style)?.[0] ?? 'quiet';

/** Six digits are more than a chart can show. */
const shortened = (points: readonly LinePoint[]): LinePoint[] =>
  points.map(([atMs, value]): LinePoint => [
    Math.round(atMs),
    value === null ? null : Number(value.toPrecision(6)),
  ]);
