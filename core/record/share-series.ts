import type { Labels } from './run-record.ts';

/** Tags of the requests among some that failed. */
export const failedTags = (tags: Labels): Labels => ({ ...tags, expected_response: 'false' });

/** Labels of the two gauges between which the share of a k6 rate lies: k6 pushes one for each set of tags, without counts. */
export const shareLabels = (labels: Labels): { readonly low: Labels; readonly high: Labels } => ({
  low: { ...labels, share: 'low' },
  high: { ...labels, share: 'high' },
});
