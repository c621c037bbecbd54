import type { ThresholdRule } from '../../metric-table.ts';
import type { Observation } from '../../record/observation.ts';
import { hostSeries, sampleAgeSeries } from '../../record/series-names.ts';

/** Whether an observation is of what a rule looks at. */
export const isReadBy = ({ selector: { name } }: ThresholdRule): ((seen: Observation) => boolean) => {
  const names = new Set(storedAs[name] ?? [name]);
  return (seen) => {
    if (seen.kind === 'event' || seen.kind === 'gap' || seen.kind === 'assignment') return false;
    return names.has(seen.kind === 'offsets' ? 'kafka_lag' : seen.series.name);
  };
};

/** Under which names the record has what a metric is made of, where it is not its own. */
const storedAs: Readonly<Record<string, readonly string[]>> = {
  kafka_time_lag: ['kafka_lag'],
  host_cpu: [hostSeries.cpuPercent],
  host_memory: [hostSeries.memoryUsedPercent],
  http_req_failed: ['http_reqs', 'http_req_failed'],
  prometheus: ['prometheus', sampleAgeSeries],
};
