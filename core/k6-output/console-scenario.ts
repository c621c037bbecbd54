import { parseGoDuration } from '../load/go-duration.ts';
import type { PlannedScenario } from '../record/load-outcome.ts';

/** What is in the brackets tells when it starts; without them, the line may have been cut. */
const line = /^\s*\* ([^:]+): (.+?) \((.*)\)$/;

/** A scenario as k6's header describes it; what the header leaves out (the stages, the start) is null or empty. */
export const readConsoleScenario = (text: string): PlannedScenario | undefined => {
  const [, name, what = '', options = ''] = line.exec(text) ?? [];
  const described = name === undefined ? undefined : describe(what, options);
  if (name === undefined || described === undefined) return undefined;
  const startTime = /startTime: (\S+?)(?:,|$)/.exec(options)?.[1];
  return {
    name,
    startTimeMs: startTime === undefined ? 0 : (wholeDuration(startTime) ?? 0),
    durationMs: null,
    stages: [],
    maxVUs: null,
    preAllocatedVUs: null,
    plannedIterations: null,
    peakRatePerSecond: null,
    ...described,
  };
};

/** As Go writes it, which ends in seconds also where they are 0: `1m` is what was left of `1m30s`. */
const wholeDuration = (text: string): number | null => (text.endsWith('s') ? parseGoDuration(text) : null);

type Described = { readonly executor: string } & Partial<PlannedScenario>;

const describe = (what: string, options: string): Described | undefined => {
  const rate = /^(Up to )?([\d.]+) iterations\/s for (\S+?)(?: over \d+ stages)?$/.exec(what);
  if (rate) return arrival(rate, options);
  const looping = /^(Up to )?(\d+) looping VUs for (\S+?)(?: over \d+ stages)?$/.exec(what);
  if (looping) {
    const [, ramping, vus, duration = ''] = looping;
    const executor = ramping === undefined ? 'constant-vus' : 'ramping-vus';
    return { executor, maxVUs: Number(vus), durationMs: wholeDuration(duration) };
  }
  const shared = /^(\d+) iterations shared among (\d+) VUs$/.exec(what);
  if (shared) return { executor: 'shared-iterations', maxVUs: Number(shared[2]) };
  const each = /^(\d+) iterations for each of (\d+) VUs$/.exec(what);
  return each ? { executor: 'per-vu-iterations', maxVUs: Number(each[2]) } : undefined;
};

const arrival = ([, ramping, rate, duration = '']: RegExpExecArray, options: string): Described => {
  const durationMs = wholeDuration(duration);
  const [, least, most] = /maxVUs: (\d+)(?:-(\d+))?/.exec(options) ?? [];
  const peakRatePerSecond = Number(rate);
  const isConstant = ramping === undefined;
  return {
    executor: isConstant ? 'constant-arrival-rate' : 'ramping-arrival-rate',
    durationMs,
    peakRatePerSecond,
    preAllocatedVUs: least === undefined ? null : Number(least),
    maxVUs: least === undefined ? null : Number(most ?? least),
    plannedIterations:
      isConstant && durationMs !== null ? Math.round((peakRatePerSecond * durationMs) / 1000) : null,
  };
};
