import type { Facts } from '../errors.ts';
import type { EvaluationRow } from '../report-document.ts';
import { row, type Context } from './grading.ts';
import { completionDelay, kafkaConsume, kafkaProduce } from './kafka-rows.ts';
import { errorRate, responseTime, stability, successRate, throughput } from './load-rows.ts';

/** The rows of the evaluation table, in the order of the document that these reports descend from. */
export const evaluationRows = (context: Context): EvaluationRow[] => [
  successRate(context),
  responseTime(context),
  throughput(context),
  stability(context),
  errorRate(context),
  concurrency(context),
  kafkaProduce(context),
  kafkaConsume(context),
  completionDelay(context),
];

const concurrency = ({ figures: { integrity, provenance } }: Context): EvaluationRow => {
  if (integrity === null)
    return row('concurrency', 'unknown', { reason: provenance['integrity']?.reason ?? 'no-probe' });
  const { stock, persisted, duplicates, oversold, pending } = integrity;
  const facts: Facts = { stock, persisted, duplicates, oversold, pending };
  if (duplicates === null || oversold === null)
    return row('concurrency', 'unknown', { ...facts, reason: 'not-counted' });
  if (duplicates > 0 || oversold > 0) return row('concurrency', 'unmet', facts);
  if (!persisted) return row('concurrency', 'unknown', { ...facts, reason: 'nothing-persisted' });
  return row(
    'concurrency',
    'met',
    pending === null || pending === 0 ? facts : { ...facts, reason: 'so-far-only' },
  );
};
