import type { CompareWords } from '../compare-words.ts';

export const enCompare: CompareWords = {
  title: 'Comparison of runs',
  head: {
    metric: 'Metric',
    base: 'Base',
    candidate: 'Candidate',
    change: 'Change (interval)',
    p: 'p (corrected)',
    verdict: 'Verdict',
  },
  sides: (base, candidate) => `base ${base} run(s), candidate ${candidate} run(s); means`,
  verdict: {
    regression: 'regression',
    improvement: 'improvement',
    'no-difference': 'no difference shown',
    'too-little-data': 'too little data',
  },
  outcome: {
    regression: 'There is a regression.',
    'no-regression': 'No regression was shown.',
    'no-data': 'Too little data to judge: this is no pass.',
  },
  smallest: (change) => `would have shown from ${change}`,
  tooFew: 'too few runs to show any change',
  fewRuns: (base, candidate) =>
    `${base} and ${candidate} run(s) prove little: a difference may be chance alone. Compare at least 5 runs a side, better 10.`,
  order: {
    'base-first':
      'All base runs were made before all candidate runs: what changed on the machine in between counts as a difference too. Runs made in turn rule that out.',
    'candidate-first':
      'All candidate runs were made before all base runs: what changed on the machine in between counts as a difference too. Runs made in turn rule that out.',
  },
  leftOut: (side, runId, reason) => `left out of the ${side}: ${runId} (${reason})`,
  allowed: (what, base, candidate) => `differs, and was allowed to (${what}): ${base} → ${candidate}`,
  bounded: (metric, base, candidate) =>
    `${metric}: of ${base} base and ${candidate} candidate run(s) only a lower bound is known`,
  method: (level, minEffect, divisions, isExact) =>
    `Permutation test on Welch's t, of logarithms where all values are above 0, over ${isExact ? `all ${divisions}` : `${divisions} sampled`} ways to divide the runs; p corrected for all metrics by step-down maxT; the change, between geometric means, has its own ${level} interval per metric; changes below ${minEffect} do not count.`,
  picture: {
    title: 'Change of the candidate against the base',
    subtitle: (base, candidate, minEffect) =>
      `base ${base} run(s), candidate ${candidate} run(s); grey: changes within ${minEffect}, which do not count`,
    axis: 'change',
    change: 'change, with its interval',
    base: 'a base run',
    candidate: 'a candidate run',
    alt: 'changes of the metrics with their intervals',
  },
};
