/**
 * What a store may say of itself, as counts. `attempted` requests, `accepted` promises (told 202), `produced` and
 * `consumed` records, `persisted` rows; then what is wrong with them: `lost` promises without a row, `phantom` rows that
 * nobody was promised, `unknown` outcomes, `deadLettered` records, `overAdmitted` promises the store refused as beyond the
 * stock, `revoked` promises taken back after a definite refusal of the broker.
 */
export const integrityCountNames = [
  'stock',
  'attempted',
  'accepted',
  'produced',
  'consumed',
  'persisted',
  'distinctUsers',
  'duplicates',
  'oversold',
  'lost',
  'phantom',
  'unknown',
  'deadLettered',
  'overAdmitted',
  'revoked',
] as const;
export type IntegrityCountName = (typeof integrityCountNames)[number];

/** Counts of which a store may name some ids. */
export const sampledIdNames = ['lost', 'phantom', 'duplicates', 'deadLettered'] as const;
export type SampledIdName = (typeof sampledIdNames)[number];

/** Ids by count; a sample, the count is the whole. */
export type SampledIds = Readonly<Record<SampledIdName, readonly string[]>>;

/** The same schema or value under each name. */
export const each = <Name extends string, Value>(
  names: readonly Name[],
  value: (name: Name) => Value,
): Record<Name, Value> => Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, Value>;
