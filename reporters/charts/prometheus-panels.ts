import { seriesName } from '../../core/record/find-series.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Catalog } from '../locales/catalog.ts';
import { inOneLine } from '../plain-text.ts';
import {
  prometheusResults,
  seriesLabel,
  valueKind,
  type PrometheusResult,
} from '../../core/derive/prometheus-series.ts';
import { styles, type LineStyle, type Panel } from './panel.ts';
import { pointColumns } from './series-points.ts';
import { broken, line, panelFrame, present } from './run-panels.ts';

const lineStyles: readonly LineStyle[] = [
  styles.main,
  styles.second,
  styles.alarm,
  styles.leaf,
  styles.extra,
  styles.dark,
];

/** Id of the panel of the result at that place in `prometheusResults`. */
export const prometheusPanelId = (index: number): string => `prometheus-${index + 1}`;

const axisOf = (result: PrometheusResult) => {
  const [series] = result.series;
  return series === undefined ? 'plain' : valueKind(result, series);
};

/** One small panel a query, by panel id, on the same stretch of time as the others. */
export const prometheusPanels = (record: RunRecord, catalog: Catalog): Record<string, Panel> =>
  Object.fromEntries(
    prometheusResults(record).results.map((result, index) => [
      prometheusPanelId(index),
      {
        ...panelFrame(record, 'prometheus', catalog.charts.prometheus(inOneLine(result.id)), catalog),
        leftAxis: catalog.charts.axes[axisOf(result)],
        isSmall: true,
        lines: present(
          result.series
            .slice(0, lineStyles.length)
            .map((series, place) =>
              line(
                inOneLine(seriesLabel(series, result) || result.id || seriesName(series)),
                broken(record, 'prometheus', pointColumns(series.points)),
                lineStyles[place] ?? styles.quiet,
              ),
            ),
        ),
      },
    ]),
  );
