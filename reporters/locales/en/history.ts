import type { HistoryWords } from '../compare-words.ts';

const reasons = { invalid: 'invalid', interrupted: 'interrupted', 'time-unknown': 'time unknown' } as const;

export const enHistory: HistoryWords = {
  title: 'Changes over the runs',
  head: {
    metric: 'Metric',
    since: 'Since run',
    before: 'Before',
    after: 'After',
    change: 'Change',
    p: 'p',
    verdict: 'Verdict',
  },
  span: (runs, from, to) =>
    runs === 0 ? 'no usable run' : `${runs} run(s), ${from} to ${to}; means of stretches`,
  outcome: {
    regression: 'There is a regression among the newest runs.',
    'no-regression': 'No regression was shown among the newest runs.',
    'no-data': 'Too few runs to judge: this is no pass.',
  },
  since: (run, of, time) => `${run} of ${of} (${time})`,
  verdict: { regression: 'regression', improvement: 'improvement' },
  newest: 'newest',
  earlier: 'earlier',
  unchanged: (metrics) => `no change shown: ${metrics.join(', ')}`,
  tooFew: (metrics) => `too few runs to show any change: ${metrics.join(', ')}`,
  older: (runs, kept) => `only the newest ${kept} runs were looked at, ${runs} older one(s) were not`,
  leftOut: (runId, reason) => `left out: ${runId} (${reasons[reason]})`,
  bounded: (metric, runs) => `${metric}: of ${runs} run(s) only a lower bound is known`,
  newestRule: (newestRuns) =>
    `Only a regression that began within the newest ${newestRuns} runs and lasts to the end ends with exit code 99. A change needs at least 3 runs after it to be seen.`,
  method: (alpha, minEffect) =>
    `E-divisive (energy distance, permutation test), on logarithms where all values are above 0; chance of any false change over all metrics at most ${alpha} in one look, if runs do not depend on their neighbours; changes below ${minEffect} do not count.`,
  picture: {
    title: 'Metrics over the runs',
    subtitle: (newestRuns) =>
      `line: mean of each stretch; vertical: where it changed; shaded: the newest ${newestRuns} runs`,
    alt: 'metrics over the runs, with their changes',
  },
};
