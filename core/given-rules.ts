import { KnownError } from './errors.ts';
import {
  checkMethod,
  foregoneAnswer,
  parseThresholdRules,
  type K6MetricType,
  type ThresholdRule,
} from './metric-table.ts';

/** Rules as somebody gives them for a run to come; one whose answer is foregone, or that nothing could answer, is refused. */
export const parseGivenRules: typeof parseThresholdRules = (thresholds) =>
  parseThresholdRules(thresholds).map((rule) => {
    refuseUnheard(rule);
    refuseVacuous(rule);
    return rule;
  });

/** Metrics of rules whose types only the script knows, by their names without tags. */
export const scriptMetricsOf = (thresholds: Thresholds): string[] =>
  parseThresholdRules(thresholds).flatMap(({ type, selector }) =>
    type === undefined ? [selector.name] : [],
  );

/** Refuses what `parseGivenRules` had to take, once the types of the script's own metrics are known; others stay as they are. */
export const checkScriptRules = (thresholds: Thresholds, types: ReadonlyMap<string, K6MetricType>): void => {
  for (const rule of parseThresholdRules(thresholds)) {
    const type = types.get(rule.selector.name);
    if (rule.type !== undefined || type === undefined) continue;
    checkMethod(rule.metric, rule.text, rule.expression, type);
    refuseUnheard({ ...rule, type });
  }
};

type Thresholds = Parameters<typeof parseThresholdRules>[0];

type Refuse = (why: string, remedy: string) => never;

/**
 * Options have to go with what is known of the metric, and when: those about moments need values of moments, not one of the
 * whole run, and a rule that is to stop the load needs them while it runs. Of a custom metric of k6 only its script knows the
 * type, so that what some type can bear is taken until k6 has told it.
 */
const refuseUnheard = (rule: ThresholdRule): void => {
  const refuse: Refuse = (why, remedy) => {
    throw new KnownError('rule-invalid', `the rule '${rule.text}' ${why}`, { remedy });
  };
  for (const check of [checkTags, checkFor, checkBetween, checkMinSamples, checkAbort]) check(rule, refuse);
};

type Check = (rule: ThresholdRule, refuse: Refuse) => void;

/** Whether it is known moment by moment, and not only for the whole run. */
const hasMoments = ({ source, type }: ThresholdRule): boolean => source === 'k6' || type === 'sampled';

const checkTags: Check = ({ metric, source, selector }, refuse) => {
  const { name, tags } = selector;
  if (isFailedShare(selector) && 'expected_response' in tags)
    refuse(`is on ${metric}, of which either all requests failed or none`, 'leave out expected_response');
  if (source === 'k6' || name === 'prometheus') return;
  const known = name.startsWith('kafka_') ? ['group', 'topic'] : name === 'integrity_probe' ? ['probe'] : [];
  const other = Object.keys(tags).find((tag) => !known.includes(tag));
  if (other === undefined) return;
  refuse(
    `is on ${metric}, but ${name} has no tag '${other}'`,
    known.length === 0 ? `write ${name} without tags` : `its tags are ${known.join(' and ')}`,
  );
};

const checkFor: Check = (rule, refuse) => {
  const { metric, selector, type, options, expression } = rule;
  const { method } = expression.aggregation;
  if (options.forMs === undefined) return;
  if (!hasMoments(rule) || method === 'count') {
    refuse(
      `asks how long a breach lasts, but ${metric} has one ${method} for the whole run`,
      'leave out for:, or use a metric that is read again and again, such as kafka_lag or http_req_duration',
    );
  }
  if (type === 'rate' && !isFailedShare(selector)) {
    refuse(
      `asks how long a breach lasts, but k6 does not tell ${metric} per second`,
      'leave out for:, or use http_req_failed',
    );
  }
};

const checkBetween: Check = (rule, refuse) => {
  const { metric, source, options } = rule;
  const { between, abortOnFail } = options;
  if (between !== 'run' && !hasMoments(rule))
    refuse(
      `is for the phase ${between}, but ${metric} has one value for the whole run`,
      'leave out between:',
    );
  if (between !== 'drain') return;
  if (source === 'k6')
    refuse(`is for the drain, but k6 measures ${metric} only while the load runs`, 'leave out between:drain');
  if (abortOnFail)
    refuse('is to stop the load, but looks at the drain', 'leave out abortOnFail or between:drain');
};

const checkMinSamples: Check = ({ metric, source, selector, expression, options }, refuse) => {
  const { method } = expression.aggregation;
  const isOneValue =
    options.forMs === undefined &&
    (source === 'k6' ? method === 'value' : selector.name.startsWith('integrity_'));
  if (isOneValue && (options.minSamples ?? 1) > 1)
    refuse(
      `wants ${options.minSamples} samples, but the ${method} of ${metric} is one`,
      'leave out minSamples:',
    );
};

const checkAbort: Check = (rule, refuse) => {
  const { metric, source, selector, type, expression, options } = rule;
  if (!options.abortOnFail) return;
  if (!hasMoments(rule)) {
    refuse(
      `is to stop the run, but ${metric} is known only at its end`,
      'leave out abortOnFail, or use a metric that is known while the load runs, such as kafka_lag',
    );
  }
  if (source !== 'k6') return;
  const { aggregation, operator } = expression;
  if (isTrendRank(aggregation.method) && operator === '!=') {
    refuse(
      `is to stop the run, but while it runs k6 tells ${metric} within the width of a bucket, never as one exact number`,
      'use < or >, or leave out abortOnFail',
    );
  }
  const isShare = aggregation.method === 'rate' && type !== 'counter' && !isFailedShare(selector);
  if (isShare && (options.minSamples ?? 1) > 1) {
    refuse(
      `is to stop the run, but k6 does not tell on how many samples ${metric} rests while it runs`,
      'leave out abortOnFail or minSamples:',
    );
  }
};

/** Which k6 has by the second, from its counts of requests. */
const isFailedShare = ({ name }: ThresholdRule['selector']): boolean => name === 'http_req_failed';

const isTrendRank = (method: string): boolean => ['min', 'med', 'max', 'p'].includes(method);

/** A rule whose answer is foregone would be green or red for ever: a slip of the pen. */
const refuseVacuous = (rule: ThresholdRule): void => {
  const answer = foregoneAnswer(rule);
  if (answer === undefined) return;
  const { metric, text, unit } = rule;
  const range =
    unit === 'ratio' ? 'between 0 and 1' : unit === 'percent' ? 'between 0 and 100' : 'at least 0';
  throw new KnownError(
    'rule-invalid',
    `the rule '${text}' ${answer ? 'cannot fail' : 'cannot hold'}: ${metric} is always ${range}`,
    {
      remedy:
        unit === 'ratio'
          ? 'give a share between 0 and 1: 5 % is 0.05'
          : 'give a limit that a run can be on either side of',
    },
  );
};
