import type { Outcome } from './outcome.ts';

/** The one table of exit codes; `--help`, the README and a test read from it. */
export const exitCodes = [
  { code: 0, name: 'pass', meaning: 'every rule passed (warnings included)' },
  { code: 1, name: 'internal', meaning: 'internal error: a defect of lagline itself' },
  { code: 2, name: 'usage', meaning: 'usage, configuration, missing tool, or broker not reachable at start' },
  { code: 3, name: 'no-data', meaning: 'a rule had no data to judge' },
  {
    code: 4,
    name: 'invalid',
    meaning: 'the run is invalid: the planned load was not offered, or it was interrupted',
  },
  { code: 99, name: 'fail', meaning: 'a rule failed (the code k6 uses for thresholds)' },
  { code: 130, name: 'interrupted', meaning: 'ended by Ctrl+C (once or twice)' },
  { code: 143, name: 'terminated', meaning: 'ended by SIGTERM' },
] as const;

const byOutcome: Record<Outcome, number> = { pass: 0, fail: 99, 'no-data': 3, invalid: 4 };

export const exitCodeOfOutcome = (outcome: Outcome): number => byOutcome[outcome];
