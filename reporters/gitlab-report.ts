import type { K6Summary } from '../core/record/load-outcome.ts';
import { junitReport } from './junit-report.ts';
import { openMetricsReport } from './openmetrics-report.ts';
import type { OutputFile, Report, Reporter } from './reporter.ts';

/**
 * What GitLab shows beside a merge request: `artifacts:reports:junit` from `junit.xml`, `metrics` from `metrics.txt`,
 * `load_performance` from `load-performance.json`.
 */
export const gitlabReport: Reporter = {
  id: 'gitlab',
  render: async (report, catalog) => [
    ...(await junitReport.render(report, catalog)),
    ...(await openMetricsReport.render(report, catalog)),
    ...loadPerformanceFiles(report),
  ],
};

/** GitLab takes one file a job; a report of several runs has one a run, numbered. */
const loadPerformanceFiles = ({ runs }: Report): OutputFile[] =>
  runs.flatMap(({ record }, index) => {
    const summary = record.load?.summary;
    if (summary == null) return [];
    const number = runs.length === 1 ? '' : `-${index + 1}`;
    return [
      {
        path: `load-performance${number}.json`,
        content: `${JSON.stringify({ metrics: summaryExport(summary) }, null, 2)}\n`,
      },
    ];
  });

type ExportedMetric = Readonly<Record<string, number>>;

/** The metrics as k6's `--summary-export` writes them, which is what GitLab reads. */
const summaryExport = ({ metrics }: K6Summary): Record<string, ExportedMetric> =>
  Object.fromEntries(
    Object.entries(metrics)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, metric]): [string, ExportedMetric] => {
        switch (metric.type) {
          case 'counter':
            return [name, { count: metric.count, ...(metric.rate === null ? {} : { rate: metric.rate }) }];
          case 'gauge':
            return [
              name,
              {
                value: metric.value,
                ...(metric.min === null ? {} : { min: metric.min }),
                ...(metric.max === null ? {} : { max: metric.max }),
              },
            ];
          case 'rate':
            return [name, { passes: metric.passes, fails: metric.fails, value: metric.rate }];
          case 'trend':
            return [name, metric.values];
        }
      }),
  );
