import type { Provenance } from '../quantity.ts';
import type { RunReport } from '../report-document.ts';

type LoadReport = NonNullable<RunReport['load']>;

/** Counters of a script that count answers by outcome begin with this. */
export const outcomePrefix = 'coupon_';

/** Where each figure of the load comes from, by its path in the run; a null has the reason beside it. */
export const loadOrigins = (
  load: LoadReport,
  {
    originOf,
    plan,
  }: { readonly originOf: (metric: string, statistic?: string) => Provenance; readonly plan: string },
): Record<string, Provenance> => {
  const summed = (metric: string, samples: number | null = null): Provenance => ({
    ...originOf(metric),
    ...(samples === null ? {} : { samples }),
  });
  const { passes, fails } = load.checks;
  const checked = passes === null || fails === null ? null : passes + fails;
  const figures: readonly (readonly [
    path: string,
    value: number | null,
    origin: Provenance,
    reason: string,
  ])[] = [
    ['requests', load.requests, summed('http_reqs', load.requests), 'no-requests'],
    ['failedRequests', load.failedRequests, summed('http_req_failed', load.requests), 'no-requests'],
    [
      'requestsPerSecond',
      load.requestsPerSecond,
      { ...summed('http_reqs', load.requests), ...originOf('http_reqs', 'rate') },
      load.requests === null ? 'no-requests' : 'times-in-seconds',
    ],
    ['iterations', load.iterations, summed('iterations', load.iterations), 'not-in-summary'],
    ['droppedIterations', load.droppedIterations, summed('dropped_iterations'), 'not-in-summary'],
    [
      'interruptedIterations',
      load.interruptedIterations,
      { kind: 'measured', source: 'k6 console' },
      'not-counted',
    ],
    ['checks.passes', load.checks.passes, summed('checks', checked), 'no-checks'],
    ['checks.fails', load.checks.fails, summed('checks', checked), 'no-checks'],
    ['maxActiveVUs', load.maxActiveVUs, summed('vus'), 'not-in-summary'],
    ['maxVUs', load.maxVUs, { kind: 'computed', source: plan }, 'not-in-summary'],
    [
      'plannedIterations',
      load.plannedIterations,
      { kind: 'computed', source: plan },
      'no-arrival-rate-planned',
    ],
    [
      'peakTargetPerSecond',
      load.peakTargetPerSecond,
      { kind: 'computed', source: plan },
      'no-arrival-rate-planned',
    ],
  ];
  return {
    ...Object.fromEntries(
      figures.map(([path, value, origin, reason]) => [
        `load.${path}`,
        value === null ? { ...origin, reason } : origin,
      ]),
    ),
    'load.rankGaps': {
      kind: 'computed',
      source: 'k6 timeline http_req_duration',
      ...(load.rankGaps === null ? { reason: 'no-samples' } : {}),
    },
    'load.checks.items': summed('checks', checked),
    'load.outcomes': summed(`${outcomePrefix}*`),
    'load.scenarios': { kind: 'measured', source: plan },
    'load.k6ExitCode': {
      kind: 'measured',
      source: 'k6 process',
      ...(load.k6ExitCode === null ? { reason: reasonOfNoExit(load) } : {}),
    },
  };
};

const reasonOfNoExit = ({ k6Signal, ranToEnd }: LoadReport): string =>
  k6Signal !== null ? 'k6-killed' : ranToEnd === false ? 'k6-did-not-end' : 'not-in-output';
