import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KnownError } from './errors.ts';
import { parseGivenRules } from './given-rules.ts';
import { parseRuleText, plainOptions, ruleLevels, rulePhases, ruleText } from './rule-text.ts';
import { parseThresholdExpression } from './threshold-expression.ts';

const failure = (work: () => unknown): KnownError => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof KnownError, String(error));
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('parseRuleText', () => {
  it('reads options behind the expression, in any order', () => {
    const { expression, options } = parseRuleText(
      ' max < 5000  level:warn minSamples:20 for:1m30s between:load',
    );
    assert.deepEqual(expression, parseThresholdExpression('max<5000'));
    assert.deepEqual(options, {
      ...plainOptions,
      level: 'warn',
      forMs: 90_000,
      between: 'load',
      minSamples: 20,
    });
    assert.deepEqual(parseRuleText('value<60s abortOnFail delayAbortEval:10s').options, {
      ...plainOptions,
      abortOnFail: true,
      delayAbortEvalMs: 10_000,
    });
    assert.deepEqual(parseRuleText('p(95)<500').options, plainOptions);
  });

  for (const [text, message] of [
    ['max<5000 for:soon', /for:soon is no duration above 0\n {2}max<5000 for:soon\n {11}\^/],
    ['max<5000 for:0s', /for:0s is no duration above 0/],
    ['max<5000 between:lunch', /between:lunch is not known/],
    ['max<5000 level', /level: is not known/],
    ['max<5000 minSamples:0', /minSamples:0 is no number of samples/],
    ['max<5000 abortOnFail:maybe', /abortOnFail takes no value/],
    ['max<5000 window:5s', /expected the end or an option, found 'window'/],
    ['max<5000 for:1s for:2s', /'for' is given twice/],
    ['max<5000 delayAbortEval:1s', /delays an abort that it does not ask for/],
    ['max<5000 abortOnFail level:warn', /is a warning and would stop the run/],
    ['max<5000for:1s', /expected the end, or one of the units/],
  ] as const) {
    it(`refuses '${text}'`, () => {
      const error = failure(() => parseRuleText(text));
      assert.equal(error.code, 'rule-invalid');
      assert.match(error.message, message);
      assert.ok(error.remedy);
    });
  }

  it('gives back what the long form says', () => {
    const seconds = fc.integer({ min: 1, max: 999 }).map((number) => `${number}s`);
    const long = fc.record(
      {
        threshold: fc.constantFrom('max<5000', 'p(99.9)>=1.5s', 'rate<0.01'),
        level: fc.constantFrom(...ruleLevels),
        for: seconds,
        between: fc.constantFrom(...rulePhases),
        minSamples: fc.integer({ min: 1, max: 100_000 }),
      },
      { requiredKeys: ['threshold'] },
    );
    fc.assert(
      fc.property(long, (rule) => {
        const { expression, options } = parseRuleText(ruleText(rule));
        assert.deepEqual(expression, parseThresholdExpression(rule.threshold));
        assert.deepEqual(options, {
          ...plainOptions,
          ...(rule.level && { level: rule.level }),
          ...(rule.for && { forMs: 1000 * Number(rule.for.slice(0, -1)) }),
          ...(rule.between && { between: rule.between }),
          ...(rule.minSamples && { minSamples: rule.minSamples }),
        });
      }),
    );
  });

  it('throws nothing but a known error, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (noise, isBehind) => {
        try {
          parseRuleText(isBehind ? `max<1 ${noise}` : noise);
        } catch (error) {
          assert.ok(error instanceof KnownError);
        }
      }),
    );
  });
});

describe('a rule that no run could break, or none could keep, is refused', () => {
  for (const [metric, text, message] of [
    ['http_req_failed', 'rate>=0', /cannot fail: http_req_failed is always between 0 and 1/],
    ['http_req_failed', 'rate<5', /cannot fail/],
    ['checks', 'rate>1', /cannot hold/],
    ['http_req_duration', 'p(95)>=0', /cannot fail: http_req_duration is always at least 0/],
    ['dropped_iterations', 'count<0', /cannot hold/],
    ['kafka_lag', 'max>-1', /cannot fail/],
    ['host_cpu', 'avg<=100', /cannot fail/],
    ['host_cpu', 'avg>100', /cannot hold/],
  ] as const) {
    it(`${metric} ${text}`, () => {
      assert.match(failure(() => parseGivenRules({ [metric]: [text] })).message, message);
    });
  }

  it('while one at the edge of the range is taken', () => {
    for (const [metric, text] of [
      ['http_req_failed', 'rate<=0'],
      ['checks', 'rate>=1'],
      ['checks', 'rate==1'],
      ['dropped_iterations', 'count<1'],
      ['prometheus{query:temperature}', 'value>=0'],
      ['balance', 'value>=0'],
    ] as const) {
      assert.equal(parseGivenRules({ [metric]: [text] }).length, 1);
    }
  });
});

describe('an option that a metric cannot bear is refused', () => {
  for (const [metric, text, message] of [
    ['kafka_drain', 'value<60s for:10s', /how long a breach lasts, but kafka_drain has one value/],
    ['http_reqs', 'count>10 for:10s', /how long a breach lasts/],
    ['checks', 'rate>0.9 for:10s', /k6 does not tell checks per second/],
    ['integrity_lost', 'count<1 between:load', /for the phase load, but integrity_lost has one value/],
    ['http_req_duration', 'p(95)<500 between:drain', /only while the load runs/],
    ['kafka_drain', 'value<60s abortOnFail', /known only at its end/],
    ['kafka_lag', 'max<5 between:drain abortOnFail', /looks at the drain/],
    ['orders_left', 'value<5 between:drain abortOnFail', /only while the load runs/],
    ['orders', 'count<5 for:10s', /orders has one count for the whole run/],
    ['depth', 'value<5 minSamples:2', /wants 2 samples, but the value of depth is one/],
    ['integrity_lost', 'count<1 minSamples:2', /wants 2 samples/],
    ['http_req_failed{expected_response:true}', 'rate<0.1', /either all requests failed or none/],
    ['http_req_waiting', 'p(95)!=5 abortOnFail', /within the width of a bucket/],
    ['errors', 'rate<0.1 minSamples:20 abortOnFail', /on how many samples errors rests/],
    ['host_cpu{core:1}', 'max<90', /host_cpu has no tag 'core'/],
    ['kafka_lag{groups:issuer}', 'max<90', /kafka_lag has no tag 'groups'/],
  ] as const) {
    it(`${metric} ${text}`, () => {
      assert.match(failure(() => parseGivenRules({ [metric]: [text] })).message, message);
    });
  }
});
