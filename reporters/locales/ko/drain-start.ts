import type { DrainStart } from '../drain-start.ts';

/** What a drain time is counted from. */
export const koDrainStart: Readonly<Record<DrainStart, string>> = {
  'load-end': '부하 종료',
  'produce-end': '발행 종료',
};
