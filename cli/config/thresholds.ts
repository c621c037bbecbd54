import { KnownError } from '../../core/errors.ts';

/** `--threshold 'metric=expression'`, several of one metric put together. */
export const readThresholds = (given: readonly string[]): Record<string, string[]> => {
  const thresholds: Record<string, string[]> = {};
  for (const text of given) {
    const [metric, expression] = splitPair(text, '--threshold', 'kafka_drain=value<60s');
    thresholds[metric] = [...(thresholds[metric] ?? []), expression];
  }
  return thresholds;
};

/** Splits at the first `=` outside braces: a metric's tags may hold one. */
export const splitPair = (text: string, flag: string, example: string): [string, string] => {
  const match = /^((?:[^={]|\{[^}]*\})+)=(.*)$/su.exec(text);
  if (match?.[1] !== undefined && match[2] !== undefined && match[2] !== '')
    return [match[1].trim(), match[2]];
  throw new KnownError('usage', `${flag} '${text}' is not a pair`, {
    remedy: `write it as in ${flag} '${example}'`,
  });
};
