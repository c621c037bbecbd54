import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import { wordingOf } from '../known-ids.ts';
import { joinTagged, type Tagged } from '../tagged.ts';
import { enReasons, enUnknownReason } from './reasons.ts';

/** What there is, then the reason; what is missing where there is nothing. */
export const sentence = (facts: FactReader, subject: string, parts: readonly Tagged[]): string => {
  const found = joinTagged(parts);
  return joinParts([found === '' ? `${subject}: not measured` : found, reasonText(facts)], ' — ');
};

export const reasonText = (facts: FactReader): string | undefined => {
  const id = facts.id('reason');
  return id === undefined
    ? undefined
    : (wordingOf(enReasons, id) ?? enUnknownReason(facts.text('reason') ?? ''));
};

export const counted = (
  facts: FactReader,
  key: string,
  write: (value: number) => string,
  tag: string,
): Tagged => [shown(facts.number(key), write), tag];

/** The rule that judged the row, with its metric; the limit of lagline where there was none. */
export const judgedBy = (facts: FactReader, byDefault?: string): readonly Tagged[] => {
  const expression = facts.code('ruleExpression') ?? facts.code('minimumExpression');
  if (expression !== undefined) return [[joinParts(['rule', facts.code('ruleMetric'), expression], ' ')]];
  return byDefault === undefined ? [] : [[`default limit ${byDefault}`]];
};
