import type { ChartDataset } from 'chart.js';
import type { Line, Panel } from './panel.ts';
import type { LinePoint } from './series-points.ts';

/** Lines as chart.js takes them; later lines lie above earlier ones, so that dashes show on top of a solid line. */
export const panelData = ({ lines }: Panel): ChartDataset<'line'>[] => lines.flatMap(datasetsOf);

const datasetsOf = (line: Line, index: number): ChartDataset<'line'>[] => {
  // A line at 0 lies on the axis: it may reach over the plot's edge, and the axis is drawn below it.
  const common = {
    order: -index,
    clip: 3,
    yAxisID: line.axis,
    spanGaps: false,
    tension: 0,
    pointHitRadius: 0,
  };
  const { points, lowerPoints } = line;
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
    ...(lowerPoints === undefined ? {} : { fill: '+1' }),
  };
  if (lowerPoints === undefined) return [upper];
  return [upper, { ...common, label: '', data: lowerPoints.map(placed), borderWidth: 0, pointRadius: 0 }];
};

const placed = ([x, value]: LinePoint) => ({ x, y: value ?? Number.NaN });

/**
 * A point between two breaks has no line to show it; it gets a dot. One number where there is none, as a rule: chart.js then looks at
 * the settings of a line once, and not at those of each point.
 */
const aloneRadii = (points: readonly LinePoint[]): number[] | number => {
  const radii = points.map((_, index) =>
    points[index - 1]?.[1] == null && points[index + 1]?.[1] == null ? 3 : 0,
  );
  return radii.some((radius) => radius > 0) ? radii : 0;
};
