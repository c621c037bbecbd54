import type { ChartWords } from '../section-words.ts';

export const enCharts: ChartWords = {
  titles: {
    load: 'Load: requests per second and active VUs',
    latency: 'Response time percentiles',
    lag: 'Kafka: produced, consumed and consumer lag',
    resources: 'CPU and memory of the host',
  },
  subtitle: (start) => `elapsed 0:00 = ${start}`,
  timeAxis: 'elapsed time (m:ss)',
  axes: {
    perSecond: 'per second (1/s)',
    users: 'active VUs',
    latency: 'response time (ms)',
    messages: 'messages in total',
    lag: 'consumer lag (messages)',
    percent: 'use (%)',
  },
  lines: {
    requests: 'requests',
    failed: 'failed',
    dropped: 'dropped iterations',
    users: 'active VUs (right axis)',
    p50: 'p50',
    p95: 'p95',
    p99: 'p99',
    produced: 'produced',
    consumed: 'consumed',
    lag: 'lag (right axis)',
    cpu: 'CPU',
    memory: 'memory',
    processCpu: 'process CPU',
  },
  phases: { load: ['load', 'load'], drain: ['watching the drain', 'drain'] },
  gapNote: 'hatched = not measured',
  noData: 'nothing was measured',
};
