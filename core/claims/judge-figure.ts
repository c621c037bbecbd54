import type { CheckReason, Figure, Judgement, ReasonId } from './check-document.ts';
import { overlap, spanOf, type Span } from './tolerance.ts';
import type { WrittenQuantity } from './written-quantity.ts';

export type Judged = { readonly judgement: Judgement; readonly reasons: CheckReason[] };

export const judged = (
  judgement: Judgement,
  id: ReasonId,
  run: number | null,
  figures: readonly Figure[] = [],
  facts: CheckReason['facts'] = {},
): Judged => ({ judgement, reasons: [{ id, run, figures: [...figures], facts }] });

const gravity: readonly Judgement[] = ['supported', 'not-measurable', 'questioned', 'contradicted'];

/** The worst of several judgements on one thing, with the reasons for that alone. */
export const worstOf = (all: readonly Judged[]): Judged => {
  const judgement = worstJudgement(all.map((one) => one.judgement));
  return {
    judgement,
    reasons: all.filter((one) => one.judgement === judgement).flatMap(({ reasons }) => reasons),
  };
};

export const worstJudgement = (all: readonly Judgement[]): Judgement =>
  all.reduce((worst, next) => (gravity.indexOf(next) > gravity.indexOf(worst) ? next : worst), 'supported');

export const spanOfFigure = ({ low, high }: Figure): Span => ({
  low: low ?? Number.NEGATIVE_INFINITY,
  high: high ?? Number.POSITIVE_INFINITY,
});

/**
 * A written number beside the figures it may mean. `isComplete`: the words name the value; else it is one of several,
 * and can only be wrong where it lies outside of all of them.
 */
export const judgeFigure = (
  quantity: WrittenQuantity,
  figures: readonly Figure[],
  run: number,
  isComplete: boolean,
): Judged => {
  if (figures.length === 0) return judged('not-measurable', 'not-measured', run);
  return quantity.comparator === '='
    ? judgeEqual(quantity, figures, run, isComplete)
    : judgeLimit(quantity, figures, run);
};

const judgeEqual = (
  quantity: WrittenQuantity,
  figures: readonly Figure[],
  run: number,
  isComplete: boolean,
): Judged => {
  const span = spanOf(quantity, quantity);
  const matching = figures.filter((figure) => overlap(span, spanOfFigure(figure)));
  const exact = matching.find(({ value }) => value !== null);
  if (exact !== undefined) return judged('supported', 'matches', run, [exact]);
  if (matching[0] !== undefined) return judged('not-measurable', 'only-bounds', run, [matching[0]]);
  const spans = figures.map(spanOfFigure);
  const whole = {
    low: Math.min(...spans.map(({ low }) => low)),
    high: Math.max(...spans.map(({ high }) => high)),
  };
  if (!isComplete && overlap(span, whole))
    return judged('not-measurable', 'which-figure-unclear', run, figures);
  return judged('contradicted', 'differs', run, isComplete ? figures : extremes(figures));
};

const extremes = (figures: readonly Figure[]): Figure[] => {
  const sorted = [...figures].sort((a, b) => spanOfFigure(a).low - spanOfFigure(b).low);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return first === undefined || last === undefined ? [] : first === last ? [first] : [first, last];
};

const judgeLimit = (quantity: WrittenQuantity, figures: readonly Figure[], run: number): Judged => {
  const answers = figures.map((figure) => ({ figure, holds: holds(quantity, figure) }));
  const by = (answer: boolean | undefined): Figure[] =>
    answers.filter(({ holds: given }) => given === answer).map(({ figure }) => figure);
  const [yes, no, unknown] = [by(true), by(false), by(undefined)];
  if (no.length === 0 && unknown.length === 0) return judged('supported', 'holds', run, yes);
  if (yes.length === 0 && unknown.length === 0) return judged('contradicted', 'does-not-hold', run, no);
  if (yes.length > 0 && no.length > 0)
    return judged('questioned', 'depends-on-figure', run, extremes(figures));
  return judged('not-measurable', 'only-bounds', run, unknown);
};

/** undefined where the figure's interval has the limit inside. */
export const holds = (quantity: WrittenQuantity, figure: Figure): boolean | undefined => {
  const { low, high } = spanOfFigure(figure);
  const limit = quantity.isApproximate
    ? spanOf(quantity, quantity)
    : { low: quantity.value, high: quantity.value };
  switch (quantity.comparator) {
    case '<':
      return high < limit.high ? true : low >= limit.high ? false : undefined;
    case '<=':
      return high <= limit.high ? true : low > limit.high ? false : undefined;
    case '>':
      return low > limit.low ? true : high <= limit.low ? false : undefined;
    case '>=':
      return low >= limit.low ? true : high < limit.low ? false : undefined;
    case '=':
      return overlap(spanOf(quantity, quantity), { low, high });
  }
};

/** How many digits of a number mean something: a match of few may be chance. */
export const meaningfulDigits = ({ value, step }: WrittenQuantity): number => {
  const digits = String(Math.round(value / step)).replace(/^0+/, '');
  return digits.replace(/0+$/, '').length;
};
