/** Wording of `lagline watch`; the names of columns are those of the tools they come from. */
export type WatchWords = {
  readonly members: (count: number) => string;
  readonly gap: (time: string, reason: string) => string;
  readonly gapEnd: (time: string, duration: string) => string;
};
