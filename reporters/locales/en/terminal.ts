import type { TerminalWords } from '../section-words.ts';

export const enTerminal: TerminalWords = {
  verdict: (outcome, exitCode) => `${outcome} (exit code ${exitCode})`,
  load: 'requests',
  dropped: 'dropped',
  failed: 'failed',
  peakLag: 'peak lag',
  timeLag: 'oldest',
  produce: 'produced in',
  consume: 'consumed in',
  drain: 'drained in',
  estimated: (value) => `estimated ${value}`,
  atLeast: (value) => `at least ${value}`,
  rulesNotPassed: 'rules that did not pass',
  allRulesPassed: (count) => `all ${count} rules passed`,
  noRules: 'no rules judged',
  more: (count) => `… ${count} more`,
  cause: 'likely cause',
  faults: 'injected faults',
  invalidReport: 'warning: the numbers contradict each other, this report is not valid',
};
