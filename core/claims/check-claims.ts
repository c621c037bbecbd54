import { bindSubject, statOf, type Surroundings } from './bind-subject.ts';
import type {
  CheckDocument,
  CheckReason,
  CheckedClaim,
  CheckedPart,
  Figure,
  SubjectId,
} from './check-document.ts';
import {
  holds,
  judged,
  judgeFigure,
  meaningfulDigits,
  spanOfFigure,
  worstJudgement,
  worstOf,
  type Judged,
} from './judge-figure.ts';
import {
  contextOf,
  failuresEqualVUs,
  findStatements,
  judgeTick,
  missedTarget,
  type SaidByDocument,
} from './judge-statement.ts';
import { figureReader, type ClaimedRun, type Stat } from './known-figures.ts';
import { readMarkdown, type Passage } from './read-markdown.ts';
import { readQuantities } from './read-quantities.ts';
import { scopeOf, type Scope } from './scope.ts';
import { metricSubjects, reachedRate, subjects as namedSubjects, type Subject } from './subjects.ts';
import { overlap, spanOf } from './tolerance.ts';
import type { WrittenQuantity } from './written-quantity.ts';

export type CheckContext = { readonly file: string; readonly laglineVersion: string };

/**
 * Each table row or sentence of a hand-written report that carries a figure, a tick or words on how it went, beside what
 * the data say. A number of which no word tells what it counts, or that nothing measured, is never called wrong.
 */
export const checkClaims = (
  markdown: string,
  runs: readonly ClaimedRun[],
  { file, laglineVersion }: CheckContext,
): CheckDocument => {
  const document = readMarkdown(markdown);
  const subjects = [...namedSubjects, ...metricSubjects(runs)];
  const readable = document.passages.filter(({ cells }) =>
    cells.every(({ text }) => text.length <= longestText),
  );
  const scoped = readable.map((passage) => ({ passage, scope: scopeOf(passage, document, runs) }));
  const said = saidOfMachine(scoped);
  const claims = scoped.flatMap(({ passage, scope }) => {
    const parts = partsOf(passage, { runs, scope, subjects, said });
    return parts.length === 0 ? [] : [claimOf(passage, scope, parts)];
  });
  const counts: CheckDocument['counts'] = {
    supported: 0,
    contradicted: 0,
    questioned: 0,
    'not-measurable': 0,
  };
  for (const { judgement } of claims) counts[judgement] += 1;
  const outcome = outcomeOf(counts);
  return {
    schemaVersion: 1,
    generator: { name: 'lagline', version: laglineVersion },
    file,
    data: runs.map(({ report, source }) => ({ runId: report.runId, scenario: report.scenario, source })),
    claims,
    counts,
    outcome,
    exitCode: exitCodes[outcome],
  };
};

/** What is longer is data and no sentence; to look for numbers in it would take its length squared. */
const longestText = 4000;

const exitCodes = { contradicted: 99, 'nothing-contradicted': 0, 'no-data': 3 } as const;

const outcomeOf = (counts: CheckDocument['counts']): CheckDocument['outcome'] => {
  if (counts.contradicted > 0) return 'contradicted';
  return counts.supported + counts.questioned > 0 ? 'nothing-contradicted' : 'no-data';
};

const tick = /[✅✔☑🟢]/u;
const cross = /[❌✖🔴]/u;

const claimOf = (passage: Passage, scope: Scope, parts: readonly CheckedPart[]): CheckedClaim => {
  const text = passage.cells
    .map((cell) => cell.text)
    .filter((one) => one !== '')
    .join(' | ');
  return {
    line: passage.line,
    kind: passage.kind,
    headings: [...passage.headings],
    text,
    isTicked: tick.test(text),
    runs: [...scope],
    judgement: worstJudgement(parts.map(({ judgement }) => judgement)),
    parts: [...parts],
  };
};

type Holding = {
  readonly runs: readonly ClaimedRun[];
  readonly scope: Scope;
  readonly subjects: readonly Subject[];
  readonly said: readonly SaidByDocument[];
};

/** Plans and wishes, which no run can bear out. */
const planned =
  /필요(?!없)|예정|권장|해야|하자|할 것|should|plan(?:s|ned)? to|\bwill\b|need(?:s)? to|recommend|TODO/iu;
/** Other runs than the one at hand. */
const elsewhere = /이전|기존|개선 ?전|지난|종전|원래|previous(?:ly)?|\bbefore\b|baseline|earlier/iu;

const partsOf = (passage: Passage, holding: Holding): CheckedPart[] => {
  const rowLabel = passage.kind === 'table-row' ? (passage.cells[0]?.text ?? '') : '';
  const parts = passage.cells.flatMap((cell, index) => {
    const isLabel = passage.kind === 'table-row' && index === 0 && passage.cells.length > 1;
    const labels = [rowLabel, cell.column].filter((label) => label !== '' && !scenarioName.test(label));
    return isLabel
      ? []
      : textParts(cell.text, labels, passage.context.toReversed(), isPlan(passage), holding);
  });
  if (parts.length > 0) return withoutRepetition(parts);
  const whole = passage.cells.map(({ text }) => text).join(' ');
  return tick.test(whole) ? [tickPart(whole, rowLabel === '' ? whole : rowLabel, holding)] : [];
};

/** What a statement is questioned for is not said of the figures beside it too. */
const withoutRepetition = (parts: readonly CheckedPart[]): CheckedPart[] => {
  const hasPattern = ({ reasons }: CheckedPart): boolean => reasons.some(isPattern);
  if (!parts.some((part) => part.kind === 'statement' && hasPattern(part))) return [...parts];
  return parts.map((part) =>
    part.kind === 'statement' ? part : { ...part, reasons: part.reasons.filter((one) => !isPattern(one)) },
  );
};

const isPattern = ({ id }: CheckReason): boolean => id === 'failures-equal-max-vus';

const tickPart = (text: string, label: string, { runs, scope }: Holding): CheckedPart => ({
  text: text.trim(),
  kind: 'statement',
  about: 'ticked-row',
  ...overRuns(scope, (index) => judgeTick(runAt(runs, index), index, label)),
});

const runAt = (runs: readonly ClaimedRun[], index: number): ClaimedRun => {
  const run = runs[index];
  if (run === undefined) throw new RangeError(`no run ${index}`);
  return run;
};

/** A claim that speaks of several runs holds where it holds for each. */
const overRuns = (scope: Scope, judge: (index: number) => Judged): Judged =>
  scope.length === 0 ? judged('not-measurable', 'no-data-for-section', null) : worstOf(scope.map(judge));

/** `쿠폰 발급 - peak test` says which run a column is of, and not what it counts. */
const scenarioName = /(?:stress|peak|soak|smoke|spike|load|스트레스|피크|부하)[\s-]*(?:test|테스트)/iu;

/** Under such a heading stands what is to be done. */
const isPlan = ({ headings }: Passage): boolean =>
  /^(?:개선|향후|후속|권장|재발 ?방지|improvements?\b|next steps|recommendations?|action items?)/iu.test(
    headings.at(-1) ?? '',
  );

const textParts = (
  text: string,
  labels: readonly string[],
  context: readonly string[],
  isInPlan: boolean,
  holding: Holding,
): CheckedPart[] => {
  const isPlanned = isInPlan || planned.test(text);
  const figures = readQuantities(text).flatMap((quantity) =>
    figurePart(quantity, surroundingsOf(quantity, text, labels, context), isPlanned, holding),
  );
  if (isPlanned || cross.test(text)) return figures;
  const said = findStatements(withItsLabel(text, labels), [...labels, ...context]).map(
    ({ statement, text: words }): CheckedPart => ({
      text: words,
      kind: 'statement',
      about: statement.id,
      ...overRuns(holding.scope, (index) =>
        statement.judge(contextOf(runAt(holding.runs, index), index, text, holding.said)),
      ),
    }),
  );
  return [...figures, ...said];
};

/** `에러 | 없음` says what `에러 없음` says. */
const withItsLabel = (text: string, labels: readonly string[]): string =>
  /^[^\p{L}\d]*(?:없음|없다|없었|none\b)/iu.test(text)
    ? `${labels[0] ?? ''} ${text.replace(/^[^\p{L}]*/u, '')}`
    : text;

/** From one comma to the next, those inside numbers and brackets aside. */
const clauseEnds =
  /[,;](?!\d)|[.](?=\s)|(?:지만|으나|되나|하고|이며|하며|고,)(?=\s)|\s(?:but|while|whereas|and)\s|→|\s[-–—]\s|\[|\]/gu;

const surroundingsOf = (
  quantity: WrittenQuantity,
  sentence: string,
  labels: readonly string[],
  context: readonly string[],
): Surroundings => {
  let [from, to] = [0, sentence.length];
  for (const match of sentence.matchAll(clauseEnds)) {
    const end = match.index + match[0].length;
    if (end <= quantity.start) from = end;
    else if (match.index >= quantity.end) {
      to = match.index;
      break;
    }
  }
  return { clause: sentence.slice(from, to), clauseStart: from, labels, context, sentence };
};

const capability =
  /처리 ?가능|처리할 ?수|감당|소화 ?가능|수용 ?가능|can (?:handle|serve|process)|capable of|able to (?:handle|serve|process)/iu;

const figurePart = (
  quantity: WrittenQuantity,
  around: Surroundings,
  isPlanned: boolean,
  holding: Holding,
): CheckedPart[] => {
  const { runs, scope, subjects } = holding;
  const binding = bindSubject(quantity, around, subjects);
  const isBare = quantity.unit === 'none' && (binding === undefined || !binding.isSure);
  if (isBare) return bareNumber(quantity, holding);
  const part = (about: SubjectId | null, found: Judged): CheckedPart[] => [
    { text: quantity.text, kind: 'figure', about, ...found },
  ];
  const about = binding?.subject.id ?? null;
  if (scope.length === 0) return part(about, judged('not-measurable', 'no-data-for-section', null));
  if (isPlanned || elsewhere.test(around.clause))
    return part(about, judged('not-measurable', 'not-a-result', null));
  if (binding === undefined) return part(null, findByValue(quantity, { runs, scope, subjects }));
  const stat = statOf(quantity, around);
  const answers = scope.map((index) => {
    const run = runAt(runs, index);
    const found = judgeBound(quantity, binding.subject, stat, around, run, index);
    if (found.judgement !== 'contradicted') return found;
    if (!binding.isSure) return judged('not-measurable', 'no-counterpart', null);
    return explained(found, quantity, run, index, { runs, scope, subjects });
  });
  return part(about, quantity.comparator === '=' ? anyOf(answers) : worstOf(answers));
};

/** A number without unit or subject says nothing, unless it has the digits of a figure. */
const bareNumber = (quantity: WrittenQuantity, holding: Holding): CheckedPart[] => {
  const found = meaningfulDigits(quantity) < 4 ? undefined : findByValue(quantity, holding);
  return found?.judgement === 'supported'
    ? [{ text: quantity.text, kind: 'figure', about: null, ...found }]
    : [];
};

/** A figure of one of several runs: it is wrong where it is that of none. */
const anyOf = (answers: readonly Judged[]): Judged => {
  const supported = answers.filter(({ judgement }) => judgement === 'supported');
  if (supported.length > 0) return worstOf(supported);
  const unclear = answers.filter(({ judgement }) => judgement === 'not-measurable');
  return unclear.length > 0 ? worstOf(unclear) : worstOf(answers);
};

const judgeBound = (
  quantity: WrittenQuantity,
  subject: Subject,
  stat: Stat | undefined,
  { clause, sentence }: Surroundings,
  run: ClaimedRun,
  index: number,
): Judged => {
  const read = figureReader(index);
  if (quantity.outOf !== undefined) return judgePair(quantity, subject, run, index);
  const isCeiling = quantity.comparator === '<' || quantity.comparator === '<=';
  const question = {
    unit: quantity.unit,
    stat,
    text: clause,
    isCeiling,
    isLimit: quantity.comparator !== '=',
  };
  const figures = subject.figures(run, read, question);
  if (subject.id === 'target') {
    const found = judgeFigure({ ...quantity, comparator: '=' }, figures, index, true);
    return found.judgement === 'supported' ? found : judged('not-measurable', 'authors-own-limit', null);
  }
  if (subject.id === 'request-rate' && capability.test(sentence))
    return judgeCapability(quantity, figures, run, index);
  const isNamed = stat !== undefined || !['latency', 'completion-delay', 'k6-metric'].includes(subject.id);
  const found = judgeFigure(quantity, figures, index, isNamed);
  const isAboutFailures = subject.id === 'error-rate' && found.judgement === 'supported';
  const pattern = isAboutFailures ? failuresEqualVUs(run.report, index, read) : undefined;
  return pattern === undefined ? found : { ...found, reasons: [...found.reasons, ...pattern.reasons] };
};

/** A rate that is said to be possible has to have been reached; a rate that nobody offered proves nothing. */
const judgeCapability = (
  quantity: WrittenQuantity,
  figures: readonly Figure[],
  run: ClaimedRun,
  index: number,
): Judged => {
  const read = figureReader(index);
  const atLeast: WrittenQuantity = { ...quantity, comparator: quantity.comparator === '>' ? '>' : '>=' };
  const reached = figures.filter((figure) => holds(atLeast, figure) === true);
  if (reached.length > 0) return judged('supported', 'holds', index, reached);
  const missed = missedTarget(run.report, index, read);
  const target = run.report.load?.peakTargetPerSecond ?? null;
  const wasAsked = target !== null && target >= quantity.value;
  if (missed !== undefined && wasAsked) return missed;
  const mean = read.at('load.requestsPerSecond', 'per-second', run.report.load?.requestsPerSecond);
  if (figures.length === 0) return judged('not-measurable', 'not-measured', index);
  return wasAsked
    ? judged('supported', 'target-reached', index, [
        ...read.at('load.peakTargetPerSecond', 'per-second', target),
        ...reachedRate(run.report, read),
      ])
    : judged('questioned', 'never-offered', index, mean);
};

const judgePair = (quantity: WrittenQuantity, subject: Subject, run: ClaimedRun, index: number): Judged => {
  const pairs = subject.pairs?.(run, figureReader(index)) ?? [];
  const [first] = pairs;
  if (first === undefined) return judged('not-measurable', 'not-measured', index);
  const matching = pairs.find((pair) => matchesPair(quantity, pair));
  return matching === undefined
    ? judged('contradicted', 'differs', index, first)
    : judged('supported', 'matches', index, matching);
};

const matchesPair = (quantity: WrittenQuantity, [part, whole]: readonly [Figure, Figure]): boolean =>
  quantity.outOf !== undefined &&
  overlap(spanOf(quantity, quantity), spanOfFigure(part)) &&
  overlap(spanOf(quantity.outOf, quantity), spanOfFigure(whole));

/** Whether a wrong number is that of something else, or has only its unit wrong. */
const explained = (
  found: Judged,
  quantity: WrittenQuantity,
  run: ClaimedRun,
  index: number,
  holding: Pick<Holding, 'runs' | 'scope' | 'subjects'>,
): Judged => {
  const [reason] = found.reasons;
  if (reason?.id !== 'differs' || quantity.outOf !== undefined) return found;
  const other =
    meaningfulDigits(quantity) < 3 ? undefined : sameValue(quantity, run, index, holding.subjects);
  if (other !== undefined)
    return {
      ...found,
      reasons: [...found.reasons, ...judged('contradicted', 'other-figure', index, [other]).reasons],
    };
  const isOfOtherUnit = reason.figures.some(({ value }) =>
    [1000, 1 / 1000, 60, 1 / 60].some(
      (factor) =>
        value !== null &&
        value !== 0 &&
        quantity.unit === 'ms' &&
        overlap(spanOf({ value: quantity.value * factor, step: quantity.step * factor }, quantity), {
          low: value,
          high: value,
        }),
    ),
  );
  return isOfOtherUnit
    ? { ...found, reasons: [...found.reasons, ...judged('contradicted', 'other-unit', index).reasons] }
    : found;
};

const stats: readonly Stat[] = ['avg', 'min', 'med', 'max', 'p90', 'p95', 'p99'];

const sameValue = (
  quantity: WrittenQuantity,
  run: ClaimedRun,
  index: number,
  subjects: readonly Subject[],
): Figure | undefined => {
  const read = figureReader(index);
  const span = spanOf(quantity, quantity);
  return subjects
    .filter(({ id, units }) => id !== 'target' && units.includes(quantity.unit))
    .flatMap((subject) =>
      [undefined, ...stats].flatMap((stat) =>
        subject.figures(run, read, { unit: quantity.unit, stat, text: '', isCeiling: false, isLimit: false }),
      ),
    )
    .find(({ value }) => value !== null && overlap(span, { low: value, high: value }));
};

/** A number without a word on what it is: right where a figure of the run has its digits, else nothing is said. */
const findByValue = (
  quantity: WrittenQuantity,
  { runs, scope, subjects }: Pick<Holding, 'runs' | 'scope' | 'subjects'>,
): Judged => {
  for (const index of scope) {
    const run = runAt(runs, index);
    if (quantity.outOf !== undefined) {
      const pair = subjects
        .flatMap((subject) => subject.pairs?.(run, figureReader(index)) ?? [])
        .find((one) => matchesPair(quantity, one));
      if (pair !== undefined) return judged('supported', 'matches', index, pair);
    } else if (quantity.comparator === '=' && meaningfulDigits(quantity) >= 3) {
      const same = sameValue(quantity, run, index, subjects);
      if (same !== undefined) return judged('supported', 'matches', index, [same]);
    }
  }
  return judged('not-measurable', 'no-counterpart', null);
};

/** Shares of memory and CPU that the document itself gives. */
const saidOfMachine = (
  scoped: readonly { readonly passage: Passage; readonly scope: Scope }[],
): SaidByDocument[] =>
  scoped.flatMap(({ passage, scope }) =>
    passage.cells.flatMap(({ text }) =>
      readQuantities(text)
        .filter(({ unit, comparator }) => unit === 'percent' && !comparator.startsWith('<'))
        .filter((quantity) => {
          const { clause } = surroundingsOf(quantity, text, [], []);
          return /메모리|memory|\bRAM\b|CPU/iu.test(clause) && !planned.test(text) && !elsewhere.test(clause);
        })
        .map(({ value }): SaidByDocument => ({ line: passage.line, text, percent: value, runs: scope })),
    ),
  );
