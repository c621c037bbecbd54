import type { Facts } from '../errors.ts';
import type { EvaluationRow } from '../report-document.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { row, type Context } from './grading.ts';
import { completionDelay, kafkaConsume, kafkaProduce } from './kafka-rows.ts';
import { errorRate, responseTime, stability, successRate, throughput } from './load-rows.ts';

/** The rows of the evaluation table, in the order of the document that these reports descend from. */
export const evaluationRows = (context: Context): EvaluationRow[] =>
  context.hasLoad ? loadTestRows(context) : [kafkaConsume(context), completionDelay(context)];

/** Without a load nothing was promised that producing could be held against: only what became of it is judged. */
const loadTestRows = (context: Context): EvaluationRow[] => [
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

/** With neither the stock used up nor a repeated or late request refused, the promises were kept but never put to the test. */
const isExercised = ({ stock, persisted }: Integrity, load: RunFigures['load']): boolean =>
  (stock !== null && persisted !== null && persisted >= stock) ||
  (load?.outcomes['duplicate'] ?? 0) > 0 ||
  (load?.outcomes['sold_out'] ?? 0) > 0;

type Integrity = NonNullable<RunFigures['integrity']>;

const concurrency = ({ figures: { integrity, load, provenance } }: Context): EvaluationRow => {
  if (integrity === null)
    return row('concurrency', 'unknown', { reason: provenance['integrity']?.reason ?? 'no-probe' });
  const { stock, persisted, duplicates, oversold, pending } = integrity;
  const facts: Facts = { stock, persisted, duplicates, oversold, pending };
  if ((duplicates ?? 0) > 0 || (oversold ?? 0) > 0) return row('concurrency', 'unmet', facts);
  if (duplicates === null || oversold === null)
    return row('concurrency', 'unknown', {
      ...facts,
      reason:
        provenance['integrity.duplicates']?.reason ??
        provenance['integrity.oversold']?.reason ??
        'not-counted',
    });
  if (!persisted) return row('concurrency', 'unknown', { ...facts, reason: 'nothing-persisted' });
  if (pending !== null && pending > 0)
    return row('concurrency', 'caution', { ...facts, reason: 'so-far-only' });
  return row('concurrency', 'met', isExercised(integrity, load) ? facts : { ...facts, exercised: false });
};
