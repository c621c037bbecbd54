import type { Stat } from './known-figures.ts';
import type { Subject } from './subjects.ts';
import type { WrittenQuantity } from './written-quantity.ts';

/** Where the words stand that say what a number is about, nearest first. */
export type Surroundings = {
  /** The clause that the number stands in, and where the clause begins. */
  readonly clause: string;
  readonly clauseStart: number;
  /** Headings of its column and row, list items above it. */
  readonly labels: readonly string[];
  /** The rest of the sentence: what it names may as well be about another number. */
  readonly sentence: string;
};

export type Binding = {
  readonly subject: Subject;
  /** Whether the words leave no doubt: only then can the number be wrong. */
  readonly isSure: boolean;
};

/** What a number is about, by the word with a fitting unit that stands nearest; undefined where there is none. */
export const bindSubject = (
  quantity: WrittenQuantity,
  { clause, clauseStart, labels, sentence }: Surroundings,
  subjects: readonly Subject[],
): Binding | undefined => {
  const fitting = subjects.filter(({ units }) => units.includes(quantity.unit));
  const place = { start: quantity.start - clauseStart, end: quantity.end - clauseStart };
  const here = nearest(fitting, clause, place);
  if (here !== undefined)
    return { subject: here, isSure: quantity.unit !== 'none' || isNextTo(here, clause, place) };
  for (const label of labels) {
    const found = nearest(
      fitting.filter(({ id }) => id !== 'target'),
      label,
      { start: label.length, end: label.length },
    );
    if (found !== undefined) return { subject: found, isSure: true };
  }
  const usual = usualSubject(quantity, clause, subjects);
  if (usual !== undefined) return { subject: usual, isSure: true };
  const around = nearest(
    fitting.filter(({ id }) => id !== 'target'),
    sentence,
    quantity,
  );
  return around === undefined ? undefined : { subject: around, isSure: false };
};

/** Of a number without a unit the word has to stand right before it, as in `VU 500` or `dropped: 8,610`. */
const isNextTo = (subject: Subject, text: string, { start }: { readonly start: number }): boolean =>
  [...text.matchAll(subject.words)].some(({ index, 0: word }) => {
    const between = text.slice(index + word.length, start);
    return index < start && /^\s*(?:[:=(]|은|는|이|가|was|were|is)?\s*$/.test(between);
  });

/** Some units say by themselves what is meant. */
const usualSubject = (
  { unit }: WrittenQuantity,
  clause: string,
  subjects: readonly Subject[],
): Subject | undefined => {
  const id =
    unit === 'per-second'
      ? 'request-rate'
      : unit === 'vus'
        ? 'vus'
        : unit === 'ms' && /\bp\s?\(?(?:50|90|95|99)\)?(?!\d)/iu.test(clause)
          ? 'latency'
          : undefined;
  return subjects.find((subject) => subject.id === id);
};

/** A goal is one only where the word stands right before the number. */
const longestReach = (subject: Subject): number => (subject.id === 'target' ? 8 : Number.POSITIVE_INFINITY);

const nearest = (
  subjects: readonly Subject[],
  text: string,
  place: { readonly start: number; readonly end: number },
): Subject | undefined => {
  let best: { subject: Subject; distance: number; length: number } | undefined;
  for (const subject of subjects)
    for (const match of text.matchAll(subject.words)) {
      if (isInsideWord(text, match.index)) continue;
      const isBefore = match.index < place.start;
      const gap = isBefore ? place.start - (match.index + match[0].length) : match.index - place.end;
      if (gap > longestReach(subject) || (subject.id === 'target' && !isBefore)) continue;
      // Of two at the same distance that before the number is meant: `실패율 0.2% 성공률 99.8%`.
      const distance = Math.max(0, gap) + (isBefore ? 0 : 0.5);
      const { length } = match[0];
      if (
        best === undefined ||
        distance < best.distance ||
        (distance === best.distance && length > best.length)
      )
        best = { subject, distance, length };
    }
  return best?.subject;
};

/** `onerror` speaks of no errors. */
const isInsideWord = (text: string, at: number): boolean =>
  /[A-Za-z][A-Za-z]$/.test(text.slice(Math.max(0, at - 1), at + 1));

const statWords: readonly (readonly [RegExp, Stat])[] = [
  [/\bp\s?\(?90\)?(?!\d)/giu, 'p90'],
  [/\bp\s?\(?95\)?(?!\d)|95 ?(?:퍼센타일|백분위|th percentile)/giu, 'p95'],
  [/\bp\s?\(?99\)?(?!\d)|99 ?(?:퍼센타일|백분위|th percentile)/giu, 'p99'],
  [/\bp\s?\(?50\)?(?!\d)|중앙값|median|\bmed\b/giu, 'med'],
  [/평균|\bavg\b|average|\bmean\b/giu, 'avg'],
  [/최소|\bmin(?:imum)?\b/giu, 'min'],
  [/최대|최고|\bmax(?:imum)?\b|slowest/giu, 'max'],
];

/** Which value of a distribution is meant: the nearest word in the clause, else one of the labels. */
export const statOf = (
  quantity: WrittenQuantity,
  { clause, clauseStart, labels }: Surroundings,
): Stat | undefined => {
  const place = { start: quantity.start - clauseStart, end: quantity.end - clauseStart };
  let best: { stat: Stat; distance: number } | undefined;
  for (const [words, stat] of statWords)
    for (const match of clause.matchAll(words)) {
      const isBefore = match.index < place.start;
      const gap = isBefore ? place.start - (match.index + match[0].length) : match.index - place.end + 0.5;
      if (best === undefined || gap < best.distance) best = { stat, distance: gap };
    }
  if (best !== undefined) return best.stat;
  for (const label of labels)
    for (const [words, stat] of statWords) if (label.match(words) !== null) return stat;
  return undefined;
};
