import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import { wordingOf } from '../known-ids.ts';
import { koFormats as format } from './formats.ts';
import { joinTagged, type Tagged } from '../tagged.ts';
import { koReasons, koUnknownReason } from './reasons.ts';

export const figure = (
  facts: FactReader,
  value: number | undefined,
  subject: string,
  parts: (value: number) => readonly Tagged[],
): string =>
  value === undefined ? missing(facts, subject) : joinTagged([...parts(value), [reasonText(facts)]]);

export const missing = (facts: FactReader, subject: string): string => {
  const reason = reasonText(facts);
  return `${subject}: 측정되지 않음${reason === undefined ? '' : ` (${reason})`}`;
};

export const reasonText = (facts: FactReader): string | undefined => {
  const id = facts.id('reason');
  return id === undefined
    ? undefined
    : (wordingOf(koReasons, id) ?? koUnknownReason(facts.text('reason') ?? ''));
};

/** The rule's own measurement where it is not the p95 of all requests. */
export const limit = (facts: FactReader): string | undefined => {
  const expression = facts.code('limitExpression');
  if (expression === undefined) return undefined;
  const measured = facts.number('measured');
  const own =
    measured === undefined || measured === facts.number('p95Ms')
      ? undefined
      : `→ ${format.latency(measured)}`;
  return joinParts(['기준', facts.code('metric'), expression, own], ' ');
};

/** The rule that judged the row, with its metric. */
export const criterion = (facts: FactReader): string | undefined => {
  const expression = facts.code('ruleExpression') ?? facts.code('minimumExpression');
  return expression === undefined
    ? undefined
    : joinParts(['기준', facts.code('ruleMetric'), expression], ' ');
};

export const pair = (
  facts: FactReader,
  ...entries: readonly (readonly [key: string, label: string])[]
): string | undefined =>
  joinParts(
    entries.map(([key, label]) => shown(facts.number(key), (value) => `${label} ${format.messages(value)}`)),
    ' / ',
  );

export const counts = (facts: FactReader): string => {
  const failed = facts.number('failed');
  const requests = facts.number('requests');
  return failed === undefined || requests === undefined
    ? ''
    : ` (${format.count(failed)}/${format.count(requests)})`;
};
