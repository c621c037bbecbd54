import { csvReport } from './csv-report.ts';
import { githubReport } from './github-report.ts';
import { gitlabReport } from './gitlab-report.ts';
import { htmlReport } from './html/html-report.ts';
import { incidentReport } from './incident/incident-report.ts';
import { jsonReport } from './json-report.ts';
import { junitReport } from './junit-report.ts';
import { openMetricsReport } from './openmetrics-report.ts';
import type { Reporter } from './reporter.ts';

/** Every reporter there is; each is one file and one line here. */
export const reporters: readonly Reporter[] = [
  jsonReport,
  incidentReport,
  htmlReport,
  junitReport,
  githubReport,
  gitlabReport,
  csvReport,
  openMetricsReport,
];
