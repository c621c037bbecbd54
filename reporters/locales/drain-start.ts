import type { KafkaGroupReport } from '../../core/report-document.ts';
import type { FactReader } from './fact-reader.ts';

/** What a drain time is counted from. */
export type DrainStart = KafkaGroupReport['drain']['since'];

/** Likewise by the facts of a finding; the end of the load where they do not say. */
export const drainStartOf = (facts: FactReader): DrainStart =>
  facts.id('since') === 'produce-end' ? 'produce-end' : 'load-end';
