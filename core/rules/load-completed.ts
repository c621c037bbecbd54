import type { Facts } from '../errors.ts';
import type { Outcome } from '../outcome.ts';
import { hasRunToEnd, markedAsFailed } from '../record/k6-exit-codes.ts';
import type { RunRecord } from '../record/run-record.ts';
import { k6Origin } from '../derive/k6-source.ts';
import { measuredAnything } from '../derive/load-figures.ts';
import type { Rule } from './rule.ts';

/**
 * Did k6 run to the end, and did it do anything? A run that was cut short offered another load than planned. Where none
 * was planned there is nothing to complete but the journal.
 */
export const loadCompleted: Rule = {
  id: 'load-completed',
  evaluate: (record, { load }) => {
    if (record.plan.reconstruction !== undefined && record.end !== undefined) return [];
    const { outcome, facts, level } = judge(record, load?.ranToEnd ?? null);
    const iterations = record.load?.summary?.metrics['iterations'];
    const count = iterations?.type === 'counter' ? iterations.count : null;
    return [
      {
        rule: 'load-completed',
        origin: 'implied',
        metric: 'iterations',
        expression: 'count>0',
        outcome,
        ...(level === undefined ? {} : { level }),
        measured: count,
        unit: 'count',
        samples: count ?? 0,
        provenance: count === null ? null : k6Origin(record, 'iterations'),
        facts,
      },
    ];
  },
};

type Judgement = { readonly outcome: Outcome; readonly facts: Facts; readonly level?: 'warn' };

const judge = (record: RunRecord, ranToEnd: boolean | null): Judgement => {
  const { load, end } = record;
  const facts = { k6ExitCode: load?.exitCode ?? null, k6Signal: load?.signal ?? null };
  const invalid = (reason: string) => ({ outcome: 'invalid' as const, facts: { ...facts, reason } });
  if (record.plan.savedOutput !== undefined) {
    const found = judgeFigures(record, facts);
    if (found.outcome !== 'pass') return found;
    if (ranToEnd === false) return invalid('shorter-than-planned');
    return ranToEnd === true
      ? found
      : { outcome: 'no-data', level: 'warn', facts: { ...facts, reason: 'end-not-in-output' } };
  }
  if (end === undefined) return invalid('journal-cut');
  if (end.status === 'interrupted') return invalid('interrupted');
  if (end.reason === 'rule-broken') return invalid('rule-broken');
  if (load === undefined) return invalid('k6-did-not-end');
  if (load.signal !== null) return invalid('k6-killed');
  if (load.exitCode === markedAsFailed)
    return { outcome: 'fail', facts: { ...facts, reason: 'marked-as-failed' } };
  if (!hasRunToEnd(load.exitCode)) return invalid('k6-aborted');
  if (end.status === 'failed') return invalid(end.reason ?? 'k6-aborted');
  return judgeFigures(record, facts);
};

/** What the figures of a k6 that ended say of it. */
const judgeFigures = (record: RunRecord, facts: Facts): Judgement => {
  const { load } = record;
  const invalid = (reason: string) => ({ outcome: 'invalid' as const, facts: { ...facts, reason } });
  if (load === undefined || load.summary === null)
    return { outcome: 'no-data', facts: { ...facts, reason: 'no-k6-summary' } };
  const iterations = load.summary.metrics['iterations'];
  const isIdle = iterations?.type === 'counter' && iterations.count === 0;
  if (isIdle || !measuredAnything(load))
    return { outcome: 'no-data', facts: { ...facts, reason: 'nothing-measured' } };
  const failed = load.summary.metrics['http_req_failed'];
  const hasOnlyFailures = failed?.type === 'rate' && failed.passes > 0 && failed.fails === 0;
  if (hasOnlyFailures && !asksForFailures(record)) return invalid('every-request-failed');
  const { thrownIterations = 0 } = load;
  if (iterations?.type === 'counter' && thrownIterations >= iterations.count)
    return { outcome: 'invalid', facts: { ...facts, thrownIterations, reason: 'every-iteration-threw' } };
  return { outcome: 'pass', facts };
};

/** Somebody who has a rule on failures is told by it, and may even want them. */
const asksForFailures = ({ plan, load }: RunRecord): boolean =>
  [...Object.keys(plan.thresholds), ...(load?.summary?.thresholds ?? []).map(({ metric }) => metric)].some(
    (metric) => /^(http_req_failed|checks)\b/.test(metric),
  );
