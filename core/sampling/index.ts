import { completionHistogram } from './completion-histogram.ts';
import { consumerOffsets } from './consumer-offsets.ts';
import { hostResources } from './host-resources.ts';
import { prometheusMetrics } from './prometheus-metrics.ts';
import type { Sampler } from './sampler.ts';

/** Every sampler there is; each is one file and one line here. */
export const samplers: readonly Sampler[] = [
  consumerOffsets,
  prometheusMetrics,
  completionHistogram,
  hostResources,
];
