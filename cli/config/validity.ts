import { parseDurationMs } from '../../core/duration.ts';
import type { Config } from './config-schema.ts';

type Given = NonNullable<Config['validity']>;
type Limit = Given[keyof Given];

/** The limits of validity as the plan has them: each with its unit, times in ms. */
export const validityPlan = (given: Given | undefined): Record<string, unknown> | undefined => {
  if (given === undefined) return undefined;
  const { maxClockSkew, maxSampleAge, ...shares } = given;
  return Object.fromEntries(
    Object.entries({
      ...Object.fromEntries(Object.entries(shares).map(([key, limit]) => [key, limitOf(limit)])),
      maxClockSkewMs: limitOf(maxClockSkew, 'validity.maxClockSkew'),
      maxSampleAgeMs: limitOf(maxSampleAge, 'validity.maxSampleAge'),
    }).filter(([, limit]) => limit !== undefined),
  );
};

/** `what` names a limit that is a time. */
const limitOf = (given: Limit, what?: string): unknown => {
  if (given === undefined) return undefined;
  const { limit, ...level } = typeof given === 'object' ? given : { limit: given };
  return { limit: what === undefined ? limit : parseDurationMs(String(limit), what), ...level };
};
