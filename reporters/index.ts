import { incidentReport } from './incident/incident-report.ts';
import { jsonReport } from './json-report.ts';
import type { Reporter } from './reporter.ts';

/** Every reporter there is; each is one file and one line here. */
export const reporters: readonly Reporter[] = [jsonReport, incidentReport];
