/** Hundredths of a millisecond are below what any source can tell. */
export const round = (ms: number): number => Math.round(ms * 100) / 100;
