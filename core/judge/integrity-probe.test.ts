import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, loadOutcome } from '../../fixtures/build-record.ts';
import type { IntegrityProbe } from '../plan.ts';
import { buildRunReport } from './build-report.ts';

type Given = {
  readonly before?: number | null;
  /** Undefined: it gave no answer. */
  readonly after?: number | null;
  readonly difference?: boolean;
  readonly expression?: string;
  readonly thresholds?: Readonly<Record<string, readonly string[]>>;
  readonly isAborted?: boolean;
};

const reportOf = ({ before, after, difference = false, expression = 'value==0', ...given }: Given) => {
  const probe: IntegrityProbe = {
    kind: 'postgres',
    id: 'double',
    address: '${ORDERS_DB_URL}',
    sql: 'SELECT count(*) FROM charges',
    expression,
    difference,
  };
  const other = { ...probe, id: 'other', expression: 'value>=0', difference: false };
  const answer = (id: string, when: 'before' | 'after', value: number | null | undefined) =>
    value === undefined
      ? []
      : [
          {
            id,
            when,
            atMs: when === 'before' ? 10 : 19_000,
            source: 'postgres://127.0.0.1:5432/orders',
            value,
            ...(value === null ? { reason: 'no-row' } : {}),
          },
        ];
  return buildRunReport(
    buildRecord({
      probes: [
        ...answer('double', 'before', before),
        ...answer('other', 'before', 1),
        ...answer('double', 'after', after),
        ...answer('other', 'after', 1),
      ],
      plan: { integrity: { probes: [probe, other] }, thresholds: given.thresholds ?? {} },
      ...(given.isAborted === true ? { load: loadOutcome({ exitCode: 107 }) } : {}),
    }),
  );
};

const ruleOf = (given: Given) => {
  const rule = reportOf(given).rules.find(({ metric }) => metric === 'integrity_probe{probe:double}');
  return [rule?.outcome, rule?.measured, rule?.facts['reason']];
};

describe('an integrity probe as a rule', () => {
  for (const [what, given, expected] of [
    ['passes by the number after the run', { before: 3, after: 0 }, ['pass', 0, undefined]],
    ['fails by it, also where it was so before', { before: 3, after: 3 }, ['fail', 3, undefined]],
    [
      'is judged by what the run added where that is asked for',
      { before: 3, after: 3, difference: true },
      ['pass', 0, undefined],
    ],
    ['may have been less than before', { before: 3, after: 1, difference: true }, ['fail', -2, undefined]],
    ['needs no number from before', { before: null, after: 0 }, ['pass', 0, undefined]],
    ['has no data without an answer after the run', { before: 0 }, ['no-data', null, 'probe-unanswered']],
    ['has no data where the answer held no number', { before: 0, after: null }, ['no-data', null, 'no-row']],
    [
      'has no data where what was added is not known',
      { before: null, after: 0, difference: true },
      ['no-data', null, 'no-row'],
    ],
    ['follows its own expression', { before: 0, after: 9, expression: 'value<10' }, ['pass', 9, undefined]],
  ] as const) {
    it(what, () => assert.deepEqual(ruleOf(given), expected));
  }

  it('is a failure of the run under any load', () => {
    const { verdict, rules } = reportOf({ after: 1, isAborted: true });
    assert.equal(rules.find(({ rule }) => rule === 'load-completed')?.outcome, 'invalid');
    assert.deepEqual(verdict, { outcome: 'fail', exitCode: 99 });
    assert.equal(reportOf({ after: 0, isAborted: true }).verdict.outcome, 'invalid');
  });

  it('is a metric for rules of the user’s own; without a tag the worst one is judged', () => {
    const outcome = (metric: string, text: string) =>
      reportOf({ after: 7, thresholds: { [metric]: [text] } }).rules.find(
        ({ rule, expression }) => rule === 'threshold' && expression === text,
      );
    assert.equal(outcome('integrity_probe{probe:other}', 'value<5')?.outcome, 'pass');
    assert.equal(outcome('integrity_probe{probe:double}', 'value<5')?.outcome, 'fail');
    const worst = outcome('integrity_probe', 'value<5');
    assert.deepEqual([worst?.outcome, worst?.measured], ['fail', 7]);
    const unknown = outcome('integrity_probe{probe:gone}', 'value<5');
    assert.deepEqual([unknown?.outcome, unknown?.facts['reason']], ['no-data', 'no-such-probe-in-run']);
  });

  it('is reported with its source and its question', () => {
    const report = reportOf({ before: 3, after: 5, difference: true });
    assert.deepEqual(report.integrityProbes[0], {
      id: 'double',
      source: 'postgres://127.0.0.1:5432/orders',
      query: 'SELECT count(*) FROM charges',
      expression: 'value==0',
      difference: true,
      before: 3,
      after: 5,
      value: 2,
      reason: null,
    });
    assert.deepEqual(report.provenance['integrityProbes.0.value'], {
      kind: 'computed',
      source: 'integrity probe double',
      fromMs: 10,
      toMs: 19_000,
    });
    assert.equal(report.integrity, null, 'no store was asked');
    assert.ok(report.rules.every(({ rule }) => rule !== 'integrity'));
  });

  it('of a run that ended before it was asked has the source of the plan, without a number', () => {
    const [probe] = reportOf({}).integrityProbes;
    assert.deepEqual([probe?.source, probe?.after, probe?.value], ['${ORDERS_DB_URL}', null, null]);
  });
});
