import type { KafkaGroupReport } from '../../../core/report-document.ts';

/** What a drain time is counted from. */
export const enDrainStart: Readonly<Record<KafkaGroupReport['drain']['since'], string>> = {
  'load-end': 'load end',
  'produce-end': 'the end of producing',
};
