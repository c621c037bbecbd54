import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KnownError } from './errors.ts';
import { parseThresholdRule } from './metric-table.ts';
import {
  formatMetricSelector,
  holds,
  holdsForInterval,
  parseMetricSelector,
  parseThresholdExpression,
} from './threshold-expression.ts';

const failure = (act: () => unknown): KnownError => {
  try {
    act();
  } catch (error) {
    if (error instanceof KnownError) return error;
    throw error;
  }
  return assert.fail('expected a KnownError');
};

describe('parseThresholdExpression', () => {
  for (const [text, method, operator, limit] of [
    ['p(95)<1000', 'p', '<', 1000],
    [' rate > 0.95 ', 'rate', '>', 0.95],
    ['value<60s', 'value', '<', 60_000],
    ['max<=1.5m', 'max', '<=', 90_000],
    ['count===0', 'count', '===', 0],
    ['avg>=-3', 'avg', '>=', -3],
  ] as const) {
    it(`reads '${text}'`, () => {
      const parsed = parseThresholdExpression(text);
      assert.equal(parsed.aggregation.method, method);
      assert.equal(parsed.operator, operator);
      assert.equal(parsed.limit, limit);
    });
  }

  for (const [text, column] of [
    ['p(95)<', 7],
    ['p(101)<5', 3],
    ['rate<1%', 7],
    ['p95<500', 1],
    ['rate＜1', 5],
    ['', 1],
    ['max<5 0', 7],
    ['p(95<5', 5],
    ['max<5d', 6],
  ] as const) {
    it(`refuses '${text}' with a caret at column ${column}`, () => {
      const error = failure(() => parseThresholdExpression(text));
      assert.equal(error.code, 'rule-invalid');
      assert.equal(error.facts['column'], column);
      assert.match(error.message, /\^$/);
    });
  }

  it('puts the caret under the place also after wide characters', () => {
    const error = failure(() => parseThresholdExpression('rate<１'));
    assert.equal(error.message.split('\n').at(-1), '       ^');
  });

  it('reads back whatever is written in the grammar', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('avg', 'min', 'max', 'med', 'count', 'rate', 'value', 'p(99.9)'),
        fc.constantFrom('>', '>=', '<', '<=', '==', '===', '!='),
        fc.integer({ min: -1e9, max: 1e9 }),
        (aggregation, operator, limit) => {
          const parsed = parseThresholdExpression(`${aggregation}${operator}${limit}`);
          assert.equal(parsed.operator, operator);
          assert.equal(parsed.limit, limit);
        },
      ),
    );
  });

  it('never throws anything but a KnownError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseThresholdExpression(text);
        } catch (error) {
          assert.ok(error instanceof KnownError);
        }
      }),
    );
  });
});

describe('holdsForInterval', () => {
  it('agrees with the truth wherever it answers, and answers only when all values agree', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('>', '>=', '<', '<=', '==', '!='),
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        (operator, limit, low, width) => {
          const expression = parseThresholdExpression(`value${operator}${limit}`);
          const answers = new Set<boolean>();
          for (let value = low; value <= low + width; value += 0.5) answers.add(holds(expression, value));
          const answer = holdsForInterval(expression, low, low + width);
          assert.equal(answer, answers.size === 1 ? [...answers][0] : undefined);
        },
      ),
    );
  });
});

describe('parseMetricSelector', () => {
  it('reads tags as k6 writes them', () => {
    assert.deepEqual(parseMetricSelector('kafka_lag{ group : issuer , topic:"a:b" }'), {
      name: 'kafka_lag',
      tags: { group: 'issuer', topic: 'a:b' },
    });
    assert.equal(formatMetricSelector(parseMetricSelector('a{b:c}')), 'a{b:c}');
  });
  it('refuses a tag without a value', () => {
    assert.equal(failure(() => parseMetricSelector('a{b}')).code, 'rule-invalid');
  });
});

describe('parseThresholdRule', () => {
  it('refuses an aggregation that the metric does not have, and lists those it has', () => {
    const error = failure(() => parseThresholdRule('kafka_drain', 'p(95)<1s'));
    assert.equal(error.remedy, 'use value');
  });
  it('refuses a time on a metric that is none', () => {
    assert.match(failure(() => parseThresholdRule('kafka_lag', 'max<5s')).message, /gives a time/);
  });
  it('refuses a misspelt metric of its own, but takes an unknown name for a custom metric of the script', () => {
    assert.match(failure(() => parseThresholdRule('kafka_lga', 'max<5')).message, /no metric 'kafka_lga'/);
    assert.equal(parseThresholdRule('coupon_wait', 'p(95)<5').type, undefined);
  });
});
