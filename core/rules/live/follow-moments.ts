import type { ThresholdRule } from '../../metric-table.ts';
import type { RunPlan } from '../../plan.ts';
import { collectObservations } from '../../record/collect-observations.ts';
import type { Series } from '../../record/run-record.ts';
import { momentsOfAnyPhase } from '../moments.ts';
import { isReadBy } from './is-read-by.ts';
import { judgeThings, RuleFold } from './rule-fold.ts';
import type { LiveRule } from './live-rule.ts';

/** A rule on the moments of series: each is taken once, and of the series the newest count stays, which the next one is added to. */
export const followMoments = (rule: ThresholdRule, plan: RunPlan): LiveRule => {
  const seen = collectObservations(isReadBy(rule));
  const { method } = rule.expression.aggregation;
  const kept = rule.source === 'k6' && (method === 'rate' || method === 'count') ? 1 : 0;
  /** In the order in which their series came, which only grows at its end. */
  const things: RuleFold[] = [];
  return {
    take: (observations) => {
      seen.take(observations);
      const { series } = seen.read();
      for (const [index, { moments, ...of }] of momentsOfAnyPhase(rule, {
        series,
        plan,
        offsets: [],
        phases: [],
      }).entries()) {
        const thing = (things[index] ??= new RuleFold(rule, of));
        for (const moment of moments) thing.take(moment);
      }
      for (const each of series) forget(each, kept);
    },
    judge: (startedMs, nowMs) => {
      for (const thing of things) thing.settle(startedMs, nowMs);
      return judgeThings(rule, things);
    },
  };
};

const forget = (series: Series, kept: number): void => {
  if (series.kind === 'distribution') series.windows.length = 0;
  else series.points.splice(0, series.points.length - kept);
};
