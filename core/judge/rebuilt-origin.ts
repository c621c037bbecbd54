import type { Provenance } from '../quantity.ts';

const sampledOffsets = /^kafka offsets /;

/**
 * Where a figure of a past period comes from: nobody measured an offset then; it was computed from the commits and the
 * timestamps that the broker's logs still hold.
 */
export const rebuiltOrigin = (origin: Provenance): Provenance =>
  sampledOffsets.test(origin.source)
    ? {
        ...origin,
        kind: origin.kind === 'measured' ? 'computed' : origin.kind,
        source: origin.source.replace(sampledOffsets, 'kafka logs '),
      }
    : { ...origin };
