import type { Pace } from './pace.ts';

export type PaceVariance = {
  /** Variance of the mean relative pace over 1 ms of work, what correlation there is included. */
  readonly perMs: number;
  /** Variance of the logarithm of a time that a worker with this pace was found to need. */
  readonly ofRest: (pace: Pace, restMs: number) => number;
  /** Degrees of freedom behind it. */
  readonly degrees: number;
};

/**
 * What is taken of a consumer before anything is seen of it, and the weight of that: half a minute of work cannot show how
 * long a pace stays what it is.
 */
const guess = { perMs: 0.15 ** 2 * 5000, degrees: 2, correlation: 0.5, pairs: 8 };

/**
 * Batch means (Schmeiser 1982, Batch Size Effects in the Analysis of Simulation Output): a stretch of work is cut into
 * blocks, long enough to be nearly independent, and the variance of a mean over any time is their variance by their
 * length. What correlation is left between neighbours widens it. Workers of one group do the same work, so that their
 * spreads are taken together.
 */
export const paceVariance = (paces: readonly Pace[]): PaceVariance => {
  let squares = 0;
  let neighbours = 0;
  let pairs = 0;
  let degrees = 0;
  for (const { blocks, blockMs } of paces) {
    const residuals = blocks.map((block) => (block - 1) * Math.sqrt(blockMs));
    squares += residuals.reduce((sum, residual) => sum + residual ** 2, 0);
    neighbours += residuals
      .slice(1)
      .reduce((sum, residual, index) => sum + residual * (residuals[index] ?? 0), 0);
    pairs += Math.max(0, blocks.length - 1);
    degrees += blocks.length - 1;
  }
  const all = degrees + guess.degrees;
  const perMs = (squares + guess.degrees * guess.perMs) / all;
  // Residuals around their own mean are correlated by -1/n of themselves.
  const blocks = degrees + paces.length;
  const seen = squares > 0 && pairs > 0 ? neighbours / pairs / (squares / blocks) + paces.length / blocks : 0;
  const correlation = (pairs * seen + guess.pairs * guess.correlation) / (pairs + guess.pairs);
  const kept = Math.min(0.7, Math.max(0, correlation));
  const widened = (perMs * (1 + kept)) / (1 - kept);
  return {
    perMs: widened,
    degrees: all,
    ofRest: ({ overMs, commitGapMs, readingGapMs }, restMs) =>
      widened * (1 / overMs + 1 / restMs) +
      // The first and the last commit of the stretch came at some moment between two readings,
      2 * evenly(readingGapMs / overMs) +
      // as did the one that is counted from; and the last of all comes with the rhythm of commits.
      evenly(readingGapMs / restMs) +
      evenly(commitGapMs / restMs),
  };
};

/** Variance of something that is as likely to be anywhere within a length. */
const evenly = (length: number): number => length ** 2 / 12;

/**
 * Paces of several workers of one group, drawn together as far as their differences are no more than their spread explains
 * (empirical Bayes as in Efron and Morris 1975, Data Analysis Using Stein's Estimator): the slowest of many estimates is
 * mostly one that was unlucky.
 */
export const drawnTogether = (paces: readonly Pace[], { perMs }: PaceVariance): Pace[] => {
  if (paces.length < 3) return [...paces];
  const logs = paces.map(({ perSecond }) => Math.log(perSecond));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const seen = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  return paces.map((pace) => {
    const own = perMs / pace.overMs;
    const kept = Math.max(0, seen - own) / Math.max(seen, own, Number.MIN_VALUE);
    return { ...pace, perSecond: Math.exp(mean + kept * (Math.log(pace.perSecond) - mean)) };
  });
};
