import type { Goal } from '../goals.ts';

/** What one bench came to. */
export type Outcome = {
  /** As in `npm run bench:<name>`. */
  readonly name: string;
  readonly form: 'full' | 'short';
  readonly seed: number;
  /** Its figures beside their targets; none where it only says its result, or came to none. */
  readonly goals: readonly Goal[];
  /** Its last line, `result: met|missed …`; null where it did not get that far. */
  readonly result: string | null;
  /** Why its figures are not to be used; null where they are. */
  readonly doubt: string | null;
};

const start = (name: string, form: string): string => `<!-- bench ${name}: ${form} form -->`;
const end = (name: string): string => `<!-- end of bench ${name} -->`;

/**
 * The page with the table of each outcome put in place of the one it had. A full form, once made, is only replaced by another, and
 * figures that are not to be used replace nothing but figures that are not either.
 */
export const withTables = (page: string, outcomes: readonly Outcome[]): string =>
  outcomes.reduce((text, outcome) => {
    const place = placeOf(text, outcome.name);
    if (place === undefined) return `${text.trimEnd()}\n\n${tableOf(outcome)}\n`;
    const kept = text.slice(place.from, place.to);
    const isBetter =
      (outcome.form === 'full' || !kept.startsWith(start(outcome.name, 'full'))) &&
      (outcome.doubt === null || kept.includes(doubtMark));
    return isBetter ? text.slice(0, place.from) + tableOf(outcome) + text.slice(place.to) : text;
  }, page);

const placeOf = (text: string, name: string): { from: number; to: number } | undefined => {
  const found = new RegExp(`<!-- bench ${name}: \\w+ form -->`).exec(text);
  if (found === null) return undefined;
  const to = text.indexOf(end(name), found.index);
  return to < 0 ? undefined : { from: found.index, to: to + end(name).length };
};

const doubtMark = '**Not to be used:**';

const tableOf = ({ name, form, seed, goals, result, doubt }: Outcome): string =>
  [
    start(name, form),
    '',
    `### \`npm run -s bench:${name}\``,
    '',
    `${form === 'full' ? 'Full' : 'Short'} form, seed ${seed}. ${result === null ? 'It came to no result.' : `\`${result}\``}`,
    '',
    ...(doubt === null ? [] : [`${doubtMark} ${doubt}`, '']),
    ...(goals.length === 0
      ? []
      : [
          '| | Figure | Seen | Target |',
          '| --- | --- | --- | --- |',
          ...goals.map(
            ({ isMet, what, seen, target }) =>
              `| ${isMet ? 'met' : '**missed**'} | ${cell(what)} | ${cell(seen)} | ${cell(target)} |`,
          ),
          '',
        ]),
    end(name),
  ].join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|');
