import { withCaret } from './caret.ts';
import { KnownError } from './errors.ts';

/*
 * k6's threshold grammar, with time suffixes as our one extension:
 *
 *   rule        = [ blank ] , aggregation , [ blank ] , operator , [ blank ] , limit , [ blank ] ;
 *   aggregation = "avg" | "min" | "max" | "med" | "count" | "rate" | "value" | "p(" , number , ")" ;   (* 0..100 *)
 *   operator    = ">=" | "<=" | "===" | "==" | "!=" | ">" | "<" ;
 *   limit       = number , [ "ms" | "s" | "m" | "h" ] ;   (* a bare time is in ms, as in k6 *)
 *   number      = [ "-" | "+" ] , digit , { digit } , [ "." , digit , { digit } ] ;
 *
 *   selector    = name , [ "{" , tag , { "," , tag } , "}" ] ;
 *   tag         = key , ":" , value ;
 */

export type Aggregation =
  | { readonly method: 'avg' | 'min' | 'max' | 'med' | 'count' | 'rate' | 'value' }
  | { readonly method: 'p'; readonly percentile: number };

export type Operator = '>' | '>=' | '<' | '<=' | '==' | '===' | '!=';

export type ThresholdExpression = {
  readonly aggregation: Aggregation;
  readonly operator: Operator;
  /** In ms where the limit carried a time suffix, else as written. */
  readonly limit: number;
  /** The suffix as written; absent for a bare number. */
  readonly suffix: 'ms' | 's' | 'm' | 'h' | undefined;
};

const suffixMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const methods = ['avg', 'min', 'max', 'med', 'count', 'rate', 'value'] as const;

export const parseThresholdExpression = (text: string): ThresholdExpression =>
  readExpression(text, true).expression;

/** The expression at the beginning of a text that may go on behind a blank, and where it ends. */
export const readThresholdExpression = (text: string): { expression: ThresholdExpression; end: number } =>
  readExpression(text, false);

const readExpression = (text: string, isWhole: boolean): { expression: ThresholdExpression; end: number } => {
  let at = 0;
  const fail = (expected: string, back = 0): never => {
    at -= back;
    throw new KnownError(
      'rule-invalid',
      `the rule '${text}' does not parse: expected ${expected}${withCaret(text, at)}`,
      {
        remedy: "write it as in k6, e.g. 'p(95)<500', 'rate<0.01' or 'value<60s'",
        facts: { rule: text, column: at + 1 },
      },
    );
  };
  const take = (pattern: RegExp): string | undefined => {
    const match = new RegExp(pattern.source, 'y');
    match.lastIndex = at;
    const found = match.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };

  take(/\s*/);
  const aggregation = parseAggregation(take, fail);
  take(/\s*/);
  const operator = (take(/>=|<=|===|==|!=|>|</) ?? fail('an operator: > >= < <= == === !=')) as Operator;
  take(/\s*/);
  const number = take(/[-+]?\d+(\.\d+)?/) ?? fail('a number');
  const suffix = take(/ms|s|m|h/) as ThresholdExpression['suffix'];
  const blank = take(/\s+/);
  if (at < text.length && (isWhole || blank === undefined))
    fail(suffix === undefined ? 'the end, or one of the units ms, s, m, h' : 'the end');
  const limit = Number(number) * (suffix === undefined ? 1 : suffixMs[suffix]);
  return { expression: { aggregation, operator, limit, suffix }, end: at };
};

const parseAggregation = (
  take: (pattern: RegExp) => string | undefined,
  fail: (expected: string, back?: number) => never,
): Aggregation => {
  if (take(/p\(/) !== undefined) {
    const digits = take(/\d+(\.\d+)?/) ?? fail('a percentile such as 95');
    if (Number(digits) > 100) fail('a percentile between 0 and 100', digits.length);
    if (take(/\)/) === undefined) fail("')'");
    return { method: 'p', percentile: Number(digits) };
  }
  const method = take(/(avg|min|max|med|count|rate|value)\b/);
  const known = methods.find((name) => name === method);
  return known === undefined ? fail(`one of ${methods.join(', ')}, p(N)`) : { method: known };
};

export const formatAggregation = (aggregation: Aggregation): string =>
  aggregation.method === 'p' ? `p(${aggregation.percentile})` : aggregation.method;

const comparators: Record<Operator, (value: number, limit: number) => boolean> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '==': (value, limit) => value === limit,
  '===': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};

export const holds = (expression: ThresholdExpression, value: number): boolean =>
  comparators[expression.operator](value, expression.limit);

/**
 * Judges a value that is known only to lie in [low, high] (high may be Infinity): true or false where every value of
 * the interval gives that answer, undefined where the limit falls inside.
 */
export const holdsForInterval = (
  expression: ThresholdExpression,
  low: number,
  high: number,
): boolean | undefined => {
  const { operator, limit } = expression;
  if (operator === '==' || operator === '===' || operator === '!=') {
    if (low === high) return holds(expression, low);
    return limit < low || limit > high ? operator === '!=' : undefined;
  }
  const atLow = holds(expression, low);
  return atLow === holds(expression, high) ? atLow : undefined;
};

export type MetricSelector = { readonly name: string; readonly tags: Readonly<Record<string, string>> };

/** Reads `name` or `name{tag:value,…}` as k6 writes submetrics. */
export const parseMetricSelector = (text: string): MetricSelector => {
  const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\{(.*)\})?\s*$/su.exec(text);
  const name = match?.[1];
  if (name === undefined) {
    throw new KnownError('rule-invalid', `'${text}' is not a metric`, {
      remedy: "write a metric's name, with tags in braces where needed, e.g. 'kafka_lag{group:issuer}'",
    });
  }
  const tags: Record<string, string> = {};
  for (const part of (match?.[2] ?? '').split(',')) {
    if (part.trim() === '') continue;
    const colon = part.indexOf(':');
    if (colon < 1) {
      throw new KnownError('rule-invalid', `the tag '${part.trim()}' of the metric '${text}' has no value`, {
        remedy: "write tags as key:value, e.g. 'http_req_duration{scenario:peak}'",
      });
    }
    tags[part.slice(0, colon).trim()] = part
      .slice(colon + 1)
      .trim()
      .replace(/^(["'])(.*)\1$/u, '$2');
  }
  return { name, tags };
};

/** The one way a selector is written: tags sorted as given, no blanks; equals k6's own name of a submetric. */
export const formatMetricSelector = ({ name, tags }: MetricSelector): string => {
  const parts = Object.entries(tags).map(([key, value]) => `${key}:${value}`);
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
};
