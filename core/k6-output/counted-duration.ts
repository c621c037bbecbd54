import type { K6Metric } from '../record/load-outcome.ts';

/** How long k6 counted, in ms, from a total and its rate per second; null where no counter has both. */
export const countedDuration = (metrics: Readonly<Record<string, K6Metric>>): number | null => {
  for (const name of ['http_reqs', 'iterations', 'data_received']) {
    const metric = metrics[name];
    if (metric?.type === 'counter' && metric.count > 0 && metric.rate !== null && metric.rate > 0)
      return Math.round((metric.count / metric.rate) * 1000);
  }
  return null;
};
