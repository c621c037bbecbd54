import { KnownError } from '../../core/errors.ts';
import { ruleText } from '../../core/rule-text.ts';
import type { Config } from './config-schema.ts';

/** `--threshold 'metric=expression'`, several of one metric put together. */
export const readThresholds = (given: readonly string[]): Record<string, string[]> => {
  const thresholds: Record<string, string[]> = {};
  for (const text of given) {
    const [metric, expression] = splitPair(text, '--threshold', 'kafka_drain=value<60s');
    thresholds[metric] = [...(thresholds[metric] ?? []), expression];
  }
  return thresholds;
};

/** Rules of a config file in the one form in which a plan keeps them. */
export const rulesAsTexts = (given: Config['thresholds'] = {}): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(given).map(([metric, rules]) => [
      metric,
      rules.map((rule) => (typeof rule === 'string' ? rule : ruleText(rule))),
    ]),
  );

/** Splits at the first `=` outside braces: a metric's tags may hold one. */
export const splitPair = (text: string, flag: string, example: string): [string, string] => {
  const match = /^((?:[^={]|\{[^}]*\})+)=(.*)$/su.exec(text);
  if (match?.[1] !== undefined && match[2] !== undefined && match[2] !== '')
    return [match[1].trim(), match[2]];
  throw new KnownError('usage', `${flag} '${text}' is not a pair`, {
    remedy: `write it as in ${flag} '${example}'`,
  });
};
