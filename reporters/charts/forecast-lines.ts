import { kafkaFigures } from '../../core/derive/kafka-group.ts';
import { producingEndMs } from '../../core/derive/phases.ts';
import type { GroupCurve } from '../../core/derive/offset-curves.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Catalog } from '../locales/catalog.ts';
import { styles, type Line } from './panel.ts';
import type { LinePoint } from './series-points.ts';

const stepMs = 1000;

/**
 * What was foretold at the end of the load, over the measured lag: straight from the backlog of then to nothing, with the
 * interval as a band.
 */
export const forecastLines = (
  record: RunRecord,
  curves: readonly GroupCurve[],
  { charts }: Catalog,
): Line[] =>
  kafkaFigures(record).groups.flatMap((group, index): Line[] => {
    const made = group.forecast?.atLoadEnd;
    const curve = curves[index];
    if (!made || curve === undefined || made.lagMessages === 0) return [];
    const endOfLoadMs = producingEndMs(record, curve.points);
    const suffix = curves.length === 1 ? '' : ` ${group.group}`;
    const lastMs = Math.min(record.durationMs, endOfLoadMs + made.drainHighMs);
    const toZero = (drainMs: number): LinePoint[] =>
      fall([made.atMs, made.lagMessages], endOfLoadMs + drainMs, lastMs);
    const common = { style: styles.dark, axis: 'right' as const };
    return [
      {
        ...common,
        label: charts.lines.forecastInterval + suffix,
        points: toZero(made.drainHighMs),
        lowerPoints: toZero(made.drainLowMs),
        style: { ...styles.quiet, width: 1 },
      },
      { ...common, label: charts.lines.forecast + suffix, points: toZero(made.drainMs) },
    ];
  });

/** From a point down to 0, and along the axis to where the last of such lines ends. */
const fall = ([fromMs, lag]: readonly [number, number], zeroMs: number, lastMs: number): LinePoint[] => {
  const shownMs = Math.max(0, lastMs - fromMs);
  return Array.from({ length: Math.ceil(shownMs / stepMs) + 1 }, (_, index): LinePoint => {
    const sinceMs = Math.min(shownMs, index * stepMs);
    return [fromMs + sinceMs, Math.max(0, lag * (1 - sinceMs / Math.max(1, zeroMs - fromMs)))];
  });
};
