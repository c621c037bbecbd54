/** What a written number counts. Shares run from 0 to 100; durations are in ms, data in bytes. */
export type WrittenUnit =
  | 'ms'
  | 'bytes'
  | 'bytes-per-second'
  | 'percent'
  | 'per-second'
  | 'vus'
  /** Things: requests, messages, people, times. */
  | 'count'
  /** A bare number. */
  | 'none';

export type Comparator = '=' | '<' | '<=' | '>' | '>=';

/** A number as somebody wrote it, with what its digits promise. */
export type WrittenQuantity = {
  /** As it stands in the text. */
  readonly text: string;
  /** Place in the text: first character, and the one behind the last. */
  readonly start: number;
  readonly end: number;
  /** In the unit's own measure; of `300/161433` the part. */
  readonly value: number;
  readonly unit: WrittenUnit;
  /** Of `300/161433` the whole. */
  readonly outOf?: WrittenNumber;
  /** One step of the last digit that was written, in the same measure. */
  readonly step: number;
  /** Written as not exact (약, 가량, about, ~): then zeros at the end promise nothing. */
  readonly isApproximate: boolean;
  /** What the words say about the side on which the truth lies. */
  readonly comparator: Comparator;
};

/** A number with what its digits promise: one step of the last one. */
export type WrittenNumber = { readonly value: number; readonly step: number };
