import { z } from 'zod';
import type { PlannedScenario, PlannedStage } from '../record/load-outcome.ts';
import { parseGoDuration } from './go-duration.ts';

const duration = z.string().transform((text, context) => {
  const ms = parseGoDuration(text);
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: `not a duration: '${text}'` });
  return z.NEVER;
});

const optionalDuration = duration.nullish();
const optionalNumber = z.number().nullish();

const rawScenario = z.object({
  executor: z.string(),
  startTime: optionalDuration,
  duration: optionalDuration,
  stages: z.array(z.object({ duration, target: z.number() })).nullish(),
  timeUnit: optionalDuration,
  rate: optionalNumber,
  startRate: optionalNumber,
  vus: optionalNumber,
  startVUs: optionalNumber,
  preAllocatedVUs: optionalNumber,
  maxVUs: optionalNumber,
});

type RawScenario = z.infer<typeof rawScenario>;

export type InspectedScript = {
  readonly scenarios: PlannedScenario[];
  /** Tags that k6 itself would put on every sample; null where this k6 does not say. */
  readonly systemTags: readonly string[] | null;
  /** What the script's thresholds are on, as it writes them: `http_req_duration{name:order}`. */
  readonly thresholds: readonly string[];
};

/** What `k6 inspect --execution-requirements` prints, as far as it is read. */
export const inspectedOptions = z
  .object({
    scenarios: z.record(z.string(), rawScenario).nullish(),
    systemTags: z.array(z.string()).nullish(),
    thresholds: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform(({ scenarios, systemTags, thresholds }): InspectedScript => ({
    scenarios: Object.entries(scenarios ?? {}).map(([name, raw]) => plan(name, raw)),
    systemTags: systemTags ?? null,
    thresholds: Object.keys(thresholds ?? {}),
  }));

const plan = (name: string, raw: RawScenario): PlannedScenario => {
  const stages = (raw.stages ?? []).map(({ duration, target }) => ({ durationMs: duration, target }));
  const rates = ratesOf(raw, stages);
  return {
    name,
    executor: raw.executor,
    startTimeMs: raw.startTime ?? 0,
    durationMs: stages.length > 0 ? sum(stages.map(({ durationMs }) => durationMs)) : (raw.duration ?? null),
    stages,
    maxVUs: greatestVUs(raw, stages),
    preAllocatedVUs: raw.preAllocatedVUs ?? null,
    plannedIterations: rates === undefined ? null : Math.round(integrate(rates)),
    peakRatePerSecond:
      rates === undefined
        ? null
        : Math.max(...rates.flatMap(({ fromPerMs, toPerMs }) => [fromPerMs, toPerMs])) * 1000,
  };
};

/** A stretch in which the arrival rate goes in a straight line from one value to another. */
type RateSlope = { readonly durationMs: number; readonly fromPerMs: number; readonly toPerMs: number };

const ratesOf = (raw: RawScenario, stages: readonly PlannedStage[]): RateSlope[] | undefined => {
  const unitMs = raw.timeUnit ?? 1000;
  if (raw.executor === 'constant-arrival-rate') {
    const perMs = (raw.rate ?? 0) / unitMs;
    return [{ durationMs: raw.duration ?? 0, fromPerMs: perMs, toPerMs: perMs }];
  }
  if (raw.executor !== 'ramping-arrival-rate') return undefined;
  const targets = [raw.startRate ?? 0, ...stages.map(({ target }) => target)].map(
    (target) => target / unitMs,
  );
  return stages.map(({ durationMs }, index) => ({
    durationMs,
    fromPerMs: targets[index] ?? 0,
    toPerMs: targets[index + 1] ?? 0,
  }));
};

const integrate = (slopes: readonly RateSlope[]): number =>
  sum(slopes.map(({ durationMs, fromPerMs, toPerMs }) => (durationMs * (fromPerMs + toPerMs)) / 2));

const greatestVUs = (raw: RawScenario, stages: readonly PlannedStage[]): number | null => {
  switch (raw.executor) {
    case 'ramping-vus':
      return Math.max(raw.startVUs ?? 1, ...stages.map(({ target }) => target));
    case 'constant-vus':
    case 'shared-iterations':
    case 'per-vu-iterations':
      return raw.vus ?? 1;
    default:
      return raw.maxVUs ?? raw.preAllocatedVUs ?? null;
  }
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, next) => total + next, 0);
