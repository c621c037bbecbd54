/** Why the figures of a bench are not to be used. Shares are of all processors, 0 to 1. */
export type Doubt =
  | { readonly kind: 'busy-before'; readonly loadAverage: number; readonly limit: number }
  | { readonly kind: 'others-meanwhile'; readonly share: number; readonly limit: number };

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const doubtText = (doubt: Doubt): string =>
  doubt.kind === 'busy-before'
    ? `the machine is busy (load average ${doubt.loadAverage.toFixed(2)}, at most ${doubt.limit} is taken)`
    : `others used ${percent(doubt.share)} of the processors meanwhile (at most ${percent(doubt.limit)} is taken)`;
