/** Reads committed and end offsets of all groups once; the sum of the lags shows that everyone has read the same. */
export type Contestant = {
  readonly name: string;
  sample(): Promise<{ readonly lag: number; readonly groupPartitions: number }>;
  close(): Promise<void>;
};
