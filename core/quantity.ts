/** Units of stored and judged numbers. `percent` runs from 0 to 100, `ratio` from 0 to 1. */
export type Unit =
  | 'ms'
  | 'bytes'
  | 'messages'
  | 'per-second'
  | 'percent'
  | 'ratio'
  | 'count'
  | 'cores'
  | 'none';

/**
 * Where a number comes from. `measured`: read as it stands from an instrument. `computed`: arithmetic on measured
 * values. `estimated`: depends on a model or an extrapolation.
 */
export type Provenance = {
  readonly kind: 'measured' | 'computed' | 'estimated';
  /** Instrument, series or query, e.g. `k6 summary http_req_duration`. */
  readonly source: string;
  /** Samples behind the number; absent where counting makes no sense. */
  readonly samples?: number;
  /** Interval on the run's clock, in ms. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Set when the value is null: why it is not known. */
  readonly reason?: string;
};
