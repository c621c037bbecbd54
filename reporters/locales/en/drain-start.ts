import type { DrainStart } from '../drain-start.ts';

/** What a drain time is counted from. */
export const enDrainStart: Readonly<Record<DrainStart, string>> = {
  'load-end': 'load end',
  'produce-end': 'the end of producing',
};
