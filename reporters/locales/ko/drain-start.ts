import type { KafkaGroupReport } from '../../../core/report-document.ts';

/** What a drain time is counted from. */
export const koDrainStart: Readonly<Record<KafkaGroupReport['drain']['since'], string>> = {
  'load-end': '부하 종료',
  'produce-end': '발행 종료',
};
