import type { Stat } from './known-figures.ts';
import type { Subject } from './subjects.ts';
import type { WrittenQuantity } from './written-quantity.ts';

/** Where the words stand that say what a number is about, nearest first. */
export type Surroundings = {
  /** The clause that the number stands in, and where the clause begins. */
  readonly clause: string;
  readonly clauseStart: number;
  /** Headings of its row and column. */
  readonly labels: readonly string[];
  /** List items above it. */
  readonly context: readonly string[];
  /** The rest of the sentence: what it names may as well be about another number. */
  readonly sentence: string;
};

export type Binding = {
  readonly subject: Subject;
  /** Whether the words leave no doubt: only then can the number be wrong. */
  readonly isSure: boolean;
};

/**
 * What a number is about, by the word with a fitting unit that stands nearest; undefined where there is none. Sure is only
 * what stands close by, and is not narrowed to a part, a plan or an estimate.
 */
export const bindSubject = (
  quantity: WrittenQuantity,
  { clause, clauseStart, labels, context, sentence }: Surroundings,
  subjects: readonly Subject[],
): Binding | undefined => {
  const place = { start: quantity.start - clauseStart, end: quantity.end - clauseStart };
  const ofPercentile = /\bp\s?\(?\d\d\)?[\s:=(]*$/iu.test(clause.slice(0, place.start));
  const fitting = subjects.filter(
    ({ id, units }) => units.includes(quantity.unit) && !(ofPercentile && withoutPercentiles.includes(id)),
  );
  const isNarrowed =
    narrowing.test(clause) ||
    quantity.text.endsWith('개') ||
    /^\s*(?:→|->|에서)/.test(sentence.slice(quantity.end));
  const here = nearest(fitting, subjects, clause, place);
  if (here !== undefined) {
    const isClear = quantity.unit !== 'none' || isNextTo(here, clause, place);
    return { subject: here, isSure: isClear && !isNarrowed && !isJoined(here, clause) };
  }
  for (const [index, label] of labels.entries()) {
    const found = nearest(
      fitting.filter(({ id }) => id !== 'target'),
      subjects,
      label,
      { start: label.length, end: label.length },
    );
    if (found === undefined) continue;
    const others = labels.filter((_, at) => at !== index);
    const isSure =
      !isNarrowed &&
      (quantity.unit !== 'none' || standsAlone(quantity, sentence)) &&
      isAllAbout(label, subjects) &&
      subjectsIn(label, fitting, subjects).size === 1 &&
      others.every((other) => saysLittle(other, subjects));
    return { subject: found, isSure };
  }
  const usual = usualSubject(quantity, clause, subjects);
  if (usual !== undefined) {
    // `180건/s` may be any rate; `180 RPS` is one of requests.
    const isPlainRate = /^[\d.,]+\s?(?:건|회|개)?\s?\/\s?(?:s|초)/.test(quantity.text);
    const isSure =
      !isNarrowed && !isPlainRate && labels.every((label) => /\p{L}/u.test(label) && !narrowing.test(label));
    return { subject: usual, isSure };
  }
  const around = [sentence, ...context].map((text) =>
    nearest(
      fitting.filter(({ id }) => id !== 'target'),
      subjects,
      text,
      text === sentence ? quantity : { start: text.length, end: text.length },
    ),
  );
  const subject = around.find((one) => one !== undefined);
  return subject === undefined ? undefined : { subject, isSure: false };
};

/** Words that make a number one of a part of the run, of a plan, a limit, an estimate or the measuring itself. */
const narrowing =
  /계획|예측|예상|추정|초반|후반|처음|마지막|파티션|기준|허용|가정|오차|±|시계|샘플|표본|코어|인스턴스|스레드|노드|배율|간격|planned|predict|forecast|estimate|partition|limit|threshold|allowed|tolerance|sample|core|instance|thread|node|\bfirst\b|\blast\b|interval/iu;

/** These have no distribution that a report could give percentiles of. */
const withoutPercentiles: readonly string[] = ['produce', 'consume', 'drain', 'time-lag', 'load-duration'];

/** `성공 + 실패 12,002건` is of neither. */
const isJoined = (subject: Subject, text: string): boolean =>
  [...text.matchAll(subject.words)].some(({ index }) => /[+&·]\s*$/.test(text.slice(0, index)));

/** Words of a label that leave open what it is about. */
const labelFiller =
  /kafka|k6|prometheus|grafana|총|전체|최대|최소|평균|중앙값|최고|피크|순간|건수|횟수|시간|소요|결과|측정|값|수치|수|율|률|total|max(?:imum)?|min(?:imum)?|avg|average|mean|median|peak|rate|count|number|time|value|result|of|the|p\s?\(?\d\d\)?|ms|sec(?:onds)?|messages?|test|테스트|시험|[^\p{L}]/giu;

/** Whether a label is about subjects we know and little else: `최대 Lag`, and not `0으로 보정된 랙 표본`. */
const isAllAbout = (label: string, subjects: readonly Subject[]): boolean => {
  // A row under a number or a time is of a part: a partition, a moment.
  if (narrowing.test(label) || !/\p{L}/u.test(label)) return false;
  const rest = subjects.reduce((text, { words }) => text.replaceAll(words, ' '), label);
  const [whole, left] = [label, rest].map((text) => text.replaceAll(labelFiller, '').length);
  return (left ?? 0) <= (whole ?? 0) / 2;
};

/** Whether a heading beside the label adds nothing: `결과`, `값`, or a known subject. */
const saysLittle = (label: string, subjects: readonly Subject[]): boolean =>
  /^(?:결과|값|측정 ?값|측정|수치|내용|비고|평가|실측|results?|values?|measured|actual|figures?|전체|합계|total)$/iu.test(
    label.trim(),
  ) || isAllAbout(label, subjects);

/** Whether a cell holds the number and nothing else. */
const standsAlone = ({ text }: WrittenQuantity, cell: string): boolean =>
  cell.replaceAll(/\[[^\]]*\]|[^\p{L}\d.,%]/gu, '') === text.replaceAll(/\s/g, '');

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

/** A word speaks of a number no further away; a goal is one only where it stands right before the number. */
const longestReach = (subject: Subject): number => (subject.id === 'target' ? 8 : 30);

type Mention = { readonly subject: Subject; readonly start: number; readonly length: number };

/** Where a text speaks of subjects; of `중복 발급` not also of `발급`. */
const mentionsIn = (text: string, subjects: readonly Subject[]): Mention[] => {
  const all = subjects.flatMap((subject) =>
    [...text.matchAll(subject.words)]
      .filter(({ index }) => !isInsideWord(text, index))
      .map(({ index, 0: word }): Mention => ({ subject, start: index, length: word.length })),
  );
  return all.filter(
    (one) =>
      !all.some(
        (other) =>
          other.length > one.length &&
          other.start < one.start + one.length &&
          one.start < other.start + other.length,
      ),
  );
};

const subjectsIn = (text: string, fitting: readonly Subject[], all: readonly Subject[]): Set<string> =>
  new Set(mentionsIn(text, all).flatMap(({ subject }) => (fitting.includes(subject) ? [subject.id] : [])));

const nearest = (
  fitting: readonly Subject[],
  all: readonly Subject[],
  text: string,
  place: { readonly start: number; readonly end: number },
): Subject | undefined => {
  let best: { subject: Subject; distance: number; length: number } | undefined;
  for (const { subject, start, length } of mentionsIn(text, all)) {
    const isBefore = start < place.start;
    const gap = isBefore ? place.start - (start + length) : start - place.end;
    // The unit of the number itself, which `usualSubject` reads.
    if (subject.id === 'request-rate' && start >= place.start && start < place.end) continue;
    const isOutOfReach = gap > longestReach(subject) || (subject.id === 'target' && !isBefore);
    if (!fitting.includes(subject) || isOutOfReach) continue;
    // Of two at the same distance that before the number is meant: `실패율 0.2% 성공률 99.8%`.
    const distance = Math.max(0, gap) + (isBefore ? 0 : 0.5);
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
