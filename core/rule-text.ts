import { withCaret } from './caret.ts';
import { readDurationMs } from './duration.ts';
import { KnownError } from './errors.ts';
import { readThresholdExpression, type ThresholdExpression } from './threshold-expression.ts';

/*
 * A rule is an expression in k6's grammar and, behind it, options of ours:
 *
 *   text   = expression , { blank , option } ;
 *   option = "for:" duration | "between:" phase | "level:" level | "minSamples:" count
 *          | "abortOnFail" | "delayAbortEval:" duration ;
 *
 * `abortOnFail` and `delayAbortEval` mean what they mean in k6; the names are the keys of the config file's long form.
 */

export const rulePhases = ['load', 'drain', 'run'] as const;
export type RulePhase = (typeof rulePhases)[number];

export const ruleLevels = ['fail', 'warn'] as const;
/** What a broken rule does: `fail` to the run; `warn` is said, and changes neither verdict nor exit code. */
export type RuleLevel = (typeof ruleLevels)[number];

export type RuleOptions = {
  readonly level: RuleLevel;
  /** Broken only by a breach that lasts so long; undefined: by the aggregate over the whole stretch. */
  readonly forMs: number | undefined;
  /** Only what was seen in that phase counts; `run` is all of it. */
  readonly between: RulePhase;
  /** Observations that a verdict needs; undefined: as many as the aggregation needs to mean anything. */
  readonly minSamples: number | undefined;
  /** Judged while the load runs: a breach stops k6, which still writes its summary. */
  readonly abortOnFail: boolean;
  /** A breach within so long from the start of the load does not stop it. */
  readonly delayAbortEvalMs: number;
};

export type RuleText = { readonly expression: ThresholdExpression; readonly options: RuleOptions };

export const plainOptions: RuleOptions = {
  level: 'fail',
  forMs: undefined,
  between: 'run',
  minSamples: undefined,
  abortOnFail: false,
  delayAbortEvalMs: 0,
};

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export const parseRuleText = (text: string): RuleText => {
  const { expression, end } = readThresholdExpression(text);
  const options: Writable<RuleOptions> = { ...plainOptions };
  const seen = new Set<string>();
  for (const match of text.slice(end).matchAll(/\S+/g)) {
    const [, name = '', value] = /^([^:]*)(?::(.*))?$/su.exec(match[0]) ?? [];
    const at = end + match.index;
    const fail = (why: string, remedy: string): never => {
      throw new KnownError('rule-invalid', `the rule '${text}': ${why}${withCaret(text, at)}`, {
        remedy,
        facts: { rule: text, column: at + 1 },
      });
    };
    if (seen.has(name)) fail(`'${name}' is given twice`, 'leave one of them out');
    seen.add(name);
    takeOption(options, name, value, fail);
  }
  if (seen.has('delayAbortEval') && !options.abortOnFail) {
    throw new KnownError('rule-invalid', `the rule '${text}' delays an abort that it does not ask for`, {
      remedy: 'add abortOnFail, or leave delayAbortEval out',
    });
  }
  if (options.abortOnFail && options.level === 'warn') {
    throw new KnownError('rule-invalid', `the rule '${text}' is a warning and would stop the run`, {
      remedy: 'leave out level:warn or abortOnFail',
    });
  }
  return { expression, options };
};

const takeOption = (
  options: Writable<RuleOptions>,
  name: string,
  value: string | undefined,
  fail: (why: string, remedy: string) => never,
): void => {
  const duration = (): number =>
    readDurationMs(value ?? '') ||
    fail(`${name}:${value ?? ''} is no duration above 0`, `write it as in ${name}:30s`);
  const oneOf = <Word extends string>(words: readonly Word[]): Word =>
    words.find((word) => word === value) ??
    fail(`${name}:${value ?? ''} is not known`, `write ${name}: and one of ${words.join(', ')}`);
  switch (name) {
    case 'for':
      options.forMs = duration();
      return;
    case 'between':
      options.between = oneOf(rulePhases);
      return;
    case 'level':
      options.level = oneOf(ruleLevels);
      return;
    case 'minSamples':
      options.minSamples = /^[1-9]\d{0,8}$/.test(value ?? '')
        ? Number(value)
        : fail(`minSamples:${value ?? ''} is no number of samples`, 'write it as in minSamples:100');
      return;
    case 'abortOnFail':
      if (value !== undefined && value !== 'true')
        fail('abortOnFail takes no value', 'write abortOnFail alone');
      options.abortOnFail = true;
      return;
    case 'delayAbortEval':
      options.delayAbortEvalMs = duration();
      return;
    default:
      fail(
        `expected the end or an option, found '${name}'`,
        'options are for:30s, between:load, level:warn, minSamples:100, abortOnFail, delayAbortEval:10s',
      );
  }
};

/** A rule of a config file in its long form, as k6 has it for scripts, with our options beside its own. */
export type LongRule = {
  readonly threshold: string;
  readonly level?: RuleLevel | undefined;
  readonly for?: string | undefined;
  readonly between?: RulePhase | undefined;
  readonly minSamples?: number | undefined;
  readonly abortOnFail?: boolean | undefined;
  readonly delayAbortEval?: string | undefined;
};

/** The one way in which a rule is stored and shown: its text. */
export const ruleText = ({ threshold, abortOnFail = false, ...rest }: LongRule): string =>
  [
    threshold.trim(),
    ...Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [`${name}:${value}`])),
    ...(abortOnFail ? ['abortOnFail'] : []),
  ].join(' ');
