import type { CompareWords } from '../compare-words.ts';

export const enCompare: CompareWords = {
  title: 'Comparison of runs',
  head: {
    metric: 'Metric',
    base: 'Base',
    candidate: 'Candidate',
    change: 'Change (interval)',
    p: 'p (Holm)',
    verdict: 'Verdict',
  },
  sides: (base, candidate) => `base ${base} run(s), candidate ${candidate} run(s); medians`,
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
  leftOut: (side, runId, reason) => `left out of the ${side}: ${runId} (${reason})`,
  allowed: (what, base, candidate) => `differs, and was allowed to (${what}): ${base} → ${candidate}`,
  bounded: (metric, base, candidate) =>
    `${metric}: of ${base} base and ${candidate} candidate run(s) only a lower bound is known`,
  method: (alpha, minEffect) =>
    `Mann–Whitney (exact up to 2,500 pairs of runs), Hodges–Lehmann change with its ${alpha} interval per metric, Holm over all metrics; changes below ${minEffect} do not count.`,
};
