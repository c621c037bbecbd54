// On its own, for the command line lists these ways before anything heavy is loaded.

/**
 * `interpolation`: from the history of end offsets, by our own clock. `record-timestamp`: by the record at the committed offset.
 * `list-offsets`: by asking for the first record from a time on. `auto`: interpolation, and the others where the message was there
 * before the first reading.
 */
export const timeLagWays = ['auto', 'interpolation', 'record-timestamp', 'list-offsets'] as const;
export type TimeLagBy = (typeof timeLagWays)[number];
