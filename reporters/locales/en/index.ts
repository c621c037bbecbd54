import type { Catalog } from '../catalog.ts';
import { enCheckFigures, enSources } from './appendix.ts';
import { enCheck } from './check.ts';
import { enCi } from './ci.ts';
import { enCapacity } from './capacity.ts';
import { enCompare } from './compare.ts';
import { enHistory } from './history.ts';
import { enCauses } from './causes.ts';
import { enCharts } from './charts.ts';
import { enEvents } from './events.ts';
import { enEvidence } from './evidence.ts';
import { enFormats } from './formats.ts';
import { enHeadline } from './headline.ts';
import { enHtml } from './html.ts';
import { enIncident } from './incident.ts';
import { enReasons, enUnknownReason } from './reasons.ts';
import { enRows } from './rows.ts';
import { enTerminal } from './terminal.ts';
import { enScreen } from './screen.ts';
import { enWatch } from './watch.ts';

export const en: Catalog = {
  id: 'en',
  formats: enFormats,
  outcome: { pass: 'pass', fail: 'fail', 'no-data': 'no data', invalid: 'invalid' },
  grade: { met: 'met', caution: 'caution', unmet: 'not met', unknown: 'cannot be judged' },
  provenance: { measured: 'measured', computed: 'computed', estimated: 'estimated' },
  warning: 'warning',
  origin: { plan: 'plan', script: 'k6 script', implied: 'built in' },
  notMeasured: 'not measured',
  reasons: enReasons,
  unknownReason: enUnknownReason,
  scenarios: {
    stress: 'stress test',
    peak: 'peak test',
    load: 'load test',
    soak: 'soak test',
    smoke: 'smoke test',
    reconstruct: 'rebuilt period',
  },
  couponPrefix: 'Coupon issue - ',
  rows: enRows,
  causes: enCauses,
  evidence: enEvidence,
  unobserved: { 'generator-headroom': 'whether the load generator had headroom' },
  events: enEvents,
  checks: {
    'times-ascending': 'times in the record ascend',
    'percentiles-ordered': 'order of percentiles',
    'checks-add-up': 'passes and fails of checks add up',
    'failed-within-requests': 'no more failures than requests',
    'iterations-add-up': 'iterations and dropped ones add up',
    'timeline-equals-summary': 'timeline and summary count the same requests',
    'partitions-add-up': 'partitions add up',
    'drain-inside-run': 'drained inside the run',
    'oversold-follows-from-rows': 'oversold follows from the rows',
  },
  checkFigures: enCheckFigures,
  sources: enSources,
  resources: {
    cpu: 'Host CPU (all cores = 100%)',
    memory: 'Host memory',
    'disk-write': 'Disk writes',
    'network-receive': 'Network received',
    'process-cpu': 'Process CPU',
  },
  headline: enHeadline,
  charts: enCharts,
  incident: enIncident,
  terminal: enTerminal,
  capacity: enCapacity,
  compare: enCompare,
  check: enCheck,
  history: enHistory,
  watch: enWatch,
  screen: enScreen,
  ci: enCi,
  html: enHtml,
};
