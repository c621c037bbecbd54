import { interpolatedQuantile } from '../record/histogram.ts';
import type { Observation } from '../record/observation.ts';

/** What the progress line shows; undefined until known. Rates and p95 are of the last push interval, about 1 s. */
export type LiveFigures = {
  readonly requestsPerSecond: number | undefined;
  /** Failed requests among the interval's requests, 0 to 1; undefined without requests. */
  readonly failedShare: number | undefined;
  /** p95 of http_req_duration. */
  readonly p95Ms: number | undefined;
  readonly activeVUs: number | undefined;
  /** Since the start of the load. */
  readonly requests: number;
  readonly failedRequests: number;
  readonly droppedIterations: number;
};

type Reading = { readonly atMs: number; readonly value: number };

/** Keeps the newest figures of the load; `take` each batch of observations in the order they come. */
export const createLiveFigures = (): {
  take(observations: readonly Observation[]): void;
  read(): LiveFigures;
} => {
  const counters = new Map<string, { before: Reading | undefined; now: Reading }>();
  let p95: { readonly toMs: number; readonly ms: number | undefined } | undefined;
  let activeVUs: number | undefined;

  const total = (key: string): number => counters.get(key)?.now.value ?? 0;
  const added = (key: string): number => total(key) - (counters.get(key)?.before?.value ?? 0);

  return {
    take(observations) {
      for (const seen of observations) {
        if (seen.kind === 'counter') {
          const key = keyOf(seen.series);
          counters.set(key, { before: counters.get(key)?.now, now: seen });
        } else if (seen.kind === 'gauge' && seen.series.name === 'vus') activeVUs = seen.value;
        else if (seen.kind === 'window' && keyOf(seen.series) === 'http_req_duration') {
          p95 = { toMs: seen.toMs, ms: interpolatedQuantile(seen.histogram, 0.95) };
        }
      }
    },
    read() {
      const requests = counters.get('http_reqs');
      const seconds = requests?.before === undefined ? 0 : (requests.now.atMs - requests.before.atMs) / 1000;
      const requestsNow = added('http_reqs');
      return {
        requestsPerSecond: seconds > 0 ? requestsNow / seconds : undefined,
        failedShare: requestsNow > 0 ? added(failedKey) / requestsNow : undefined,
        // An interval without requests has no p95; the one before is not its.
        p95Ms: p95 !== undefined && p95.toMs === requests?.now.atMs ? p95.ms : undefined,
        activeVUs,
        requests: total('http_reqs'),
        failedRequests: total(failedKey),
        droppedIterations: total('dropped_iterations'),
      };
    },
  };
};

const failedKey = 'http_reqs{expected_response:false}';

const keyOf = ({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }): string => {
  const tags = Object.entries(labels).map(([tag, value]) => `${tag}:${value}`);
  return tags.length === 0 ? name : `${name}{${tags.join(',')}}`;
};
