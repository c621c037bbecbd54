import { curvesOf } from '../../core/derive/offset-curves.ts';
import { groupTimeLag, leastTimeLag, type GroupTimeLag } from '../../core/derive/time-lag/group-time-lag.ts';
import { isTimeLag, type TimeLag } from '../../core/derive/time-lag/time-lag.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Catalog } from '../locales/catalog.ts';
import { styles, type Line, type LineStyle, type Panel } from './panel.ts';
import { broken, line, panelFrame, present } from './run-panels.ts';
import { lineColumns, type LinePoint } from './series-points.ts';

const groupStyles: readonly LineStyle[] = [styles.alarm, styles.extra, styles.dark];
const leastStyles: readonly LineStyle[] = [styles.main, styles.sky, styles.leaf];

/** How far each group is behind, by panel id; none of a run that watched no group. */
export const timeLagPanel = (record: RunRecord, catalog: Catalog): { readonly 'time-lag'?: Panel } =>
  record.offsets.length === 0
    ? {}
    : {
        'time-lag': {
          ...panelFrame(record, 'kafka', catalog.charts.titles['time-lag'], catalog),
          leftAxis: catalog.charts.axes.timeLag,
          lines: timeLagLines(record, catalog),
        },
      };

/** In seconds, between the partition that is furthest behind and the one that is least. */
const timeLagLines = (record: RunRecord, { charts }: Catalog): Line[] => {
  const curves = curvesOf(record);
  return curves.flatMap((curve, index): Line[] => {
    const suffix = curves.length === 1 ? '' : ` ${curve.group}`;
    const furthest = groupTimeLag(curve);
    const points = (pick: (lag: TimeLag) => number): LinePoint[] =>
      broken(
        record,
        'kafka',
        lineColumns(
          furthest,
          ({ atMs }) => atMs,
          (lag) => secondsOf(lag, pick),
        ),
      );
    const least = lineColumns(
      leastTimeLag(curve),
      ({ atMs }) => atMs,
      ({ ms }) => ms / 1000,
    );
    return present([
      {
        ...line(
          charts.lines.timeLag + suffix,
          points(({ highMs }) => highMs),
          groupStyles[index % groupStyles.length] ?? styles.alarm,
        ),
        lowerPoints: points(({ lowMs }) => lowMs),
      },
      line(
        charts.lines.leastTimeLag + suffix,
        broken(record, 'kafka', least),
        leastStyles[index % leastStyles.length] ?? styles.second,
      ),
    ]);
  });
};

/** null where there is none, or it has no bound above. */
const secondsOf = (lag: GroupTimeLag, pick: (lag: TimeLag) => number): number | null =>
  isTimeLag(lag) ? pick(lag) / 1000 : null;
