import type { ThresholdRule } from '../metric-table.ts';
import { completionDelays, delayQuantile } from '../derive/completion-delay.ts';
import type { GroupCurve } from '../derive/offset-curves.ts';
import { unknown, type Reading } from './reading.ts';

/** A quantile of one group's completion delays; open upwards while messages wait that could still move it. */
export const delayOf = (
  { expression: { aggregation } }: ThresholdRule,
  { group, topic, partitions }: GroupCurve,
): Reading => {
  const delays = completionDelays(partitions);
  const samples = delays.completed + delays.waiting;
  if (samples === 0) return unknown('nothing-produced');
  const q =
    aggregation.method === 'p'
      ? aggregation.percentile / 100
      : { max: 1, med: 0.5, min: 0 }[aggregation.method as string];
  if (q === undefined) return unknown('aggregation-not-available');
  const { ms, lowMs, highMs } = delayQuantile(delays, q);
  if (lowMs === null) return unknown('messages-waiting');
  const source = `kafka offsets ${group}/${topic}: produce and consume curves`;
  return {
    state: 'known',
    low: lowMs,
    high: highMs ?? Number.POSITIVE_INFINITY,
    value: ms,
    samples,
    provenance: { kind: 'computed', source, samples },
  };
};
