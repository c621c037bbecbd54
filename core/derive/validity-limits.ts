import type { RunPlan, ValidityPlan } from '../plan.ts';

export type ValidityLimit = NonNullable<ValidityPlan[keyof ValidityPlan]>;

/** What is allowed unless the plan says otherwise. */
export const validityDefaults = {
  maxDroppedShare: 0.01,
  maxGeneratorCpu: 95,
  minCoverage: 0.8,
  maxClockSkewMs: 1000,
  maxSampleAgeMs: 60_000,
} as const;

type Limits = { readonly [Key in keyof typeof validityDefaults]: ValidityLimit } & {
  /** No headroom is asked for unless the plan does: VUs that ran out show in what was dropped. */
  readonly minVuHeadroom: ValidityLimit | undefined;
};

/** The limits of a run. */
export const validityLimits = ({ validity = {} }: Pick<RunPlan, 'validity'>): Limits => ({
  maxDroppedShare: validity.maxDroppedShare ?? { limit: validityDefaults.maxDroppedShare },
  minVuHeadroom: validity.minVuHeadroom,
  maxGeneratorCpu: validity.maxGeneratorCpu ?? { limit: validityDefaults.maxGeneratorCpu },
  minCoverage: validity.minCoverage ?? { limit: validityDefaults.minCoverage },
  maxClockSkewMs: validity.maxClockSkewMs ?? { limit: validityDefaults.maxClockSkewMs },
  maxSampleAgeMs: validity.maxSampleAgeMs ?? { limit: validityDefaults.maxSampleAgeMs },
});
