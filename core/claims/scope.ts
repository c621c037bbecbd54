import type { Passage, ReportText } from './read-markdown.ts';
import type { ClaimedRun } from './known-figures.ts';

const kinds: readonly (readonly [kind: string, words: RegExp])[] = [
  ['stress', /stress|스트레스/iu],
  ['peak', /peak|피크/iu],
  ['spike', /spike|스파이크/iu],
  ['soak', /soak|endurance|소크/iu],
  ['smoke', /smoke|스모크/iu],
];

/** `Load test report` is a title of any. */
const loadKind = [
  'load',
  /\bload\b(?= ?(?:test|테스트)(?! ?(?:report|result|보고서|결과)))|^load$/iu,
] as const;

/** Runs by index, or none where the document speaks of a scenario without data. */
export type Scope = readonly number[];

/**
 * What a passage is about: a scenario it names as one, else the one that its headings name, else the nearest code block
 * under its headings, else all runs.
 */
export const scopeOf = (passage: Passage, document: ReportText, runs: readonly ClaimedRun[]): Scope => {
  const texts = passage.cells.flatMap(({ column, text }) => [column, text]);
  const named = namedRuns(texts.join(' '), runs, true);
  if (named !== undefined) return named;
  for (const heading of passage.headings.toReversed()) {
    const found = namedRuns(heading, runs, false);
    if (found !== undefined) return found;
  }
  if (runs.every(({ place }) => place !== null)) return byPlace(passage, runs);
  const areNameless = namesOf(runs).every((names) => names.length === 0);
  return areNameless && kindsInHeadings(document) > 1 && isUnderKind(passage)
    ? []
    : runs.map((_, index) => index);
};

const kindsIn = (text: string, isSentence: boolean): string[] =>
  [...kinds, loadKind].flatMap(([kind, words]) => {
    const within = isSentence
      ? new RegExp(`(?:${words.source})[\\s-]*(?:test|테스트|시나리오|시험|scenario)`, 'iu')
      : words;
    return within.test(text) ? [kind] : [];
  });

const kindsInHeadings = ({ passages, codeBlocks }: ReportText): number =>
  new Set(
    [...passages, ...codeBlocks].flatMap(({ headings }) => headings.flatMap((one) => kindsIn(one, false))),
  ).size;

const isUnderKind = ({ headings }: Passage): boolean =>
  headings.some((one) => kindsIn(one, false).length > 0);

/** Kinds of load in the names of the runs, and in the headings above their code blocks. */
const namesOf = (runs: readonly ClaimedRun[]): string[][] =>
  runs.map(({ report, place }) => {
    const name = `${report.scenario} ${report.script ?? ''}`;
    const heading = place?.headings.findLast((one) => kindsIn(one, false).length > 0) ?? '';
    const found = [...new Set([...kindsIn(name, false), ...kindsIn(heading, false)])];
    return found.length === 0 && /\bload\b/iu.test(name.replaceAll(/[_.-]/g, ' ')) ? ['load'] : found;
  });

/** undefined where the text names none; empty where it names one that no run is of, though the runs have such names. */
const namedRuns = (text: string, runs: readonly ClaimedRun[], isSentence: boolean): Scope | undefined => {
  const exact = runs.flatMap(({ report }, index) =>
    report.scenario.length > 3 &&
    kindsIn(report.scenario, false).length === 0 &&
    text.includes(report.scenario)
      ? [index]
      : [],
  );
  if (exact.length > 0) return exact;
  const names = namesOf(runs);
  // Every one of them is a load test: as a name of one it counts only where a run has it.
  const spoken = kindsIn(text, isSentence).filter((kind) => kind !== 'load' || names.flat().includes(kind));
  if (spoken.length === 0) return undefined;
  const found = names.flatMap((own, index) => (own.some((kind) => spoken.includes(kind)) ? [index] : []));
  if (found.length > 0) return found;
  return names.every((own) => own.length > 0) ? [] : undefined;
};

/** The runs whose code block shares the most headings with it; of blocks under the same headings the last one above. */
const byPlace = ({ headings, line }: Passage, runs: readonly ClaimedRun[]): number[] => {
  const depths = runs.map(({ place }) => sharedDepth(headings, place?.headings ?? []));
  const deepest = Math.max(...depths);
  const near = depths.flatMap((depth, index) => (depth === deepest ? [index] : []));
  if (near.length < 2) return near;
  const key = (index: number): string => JSON.stringify(runs[index]?.place?.headings);
  const isSameSection =
    near.every((index) => key(index) === key(near[0] ?? 0)) && key(near[0] ?? 0) === JSON.stringify(headings);
  if (!isSameSection) return near;
  const above = near.findLast((index) => (runs[index]?.place?.line ?? 0) < line);
  return above === undefined ? near : [above];
};

const sharedDepth = (a: readonly string[], b: readonly string[]): number => {
  const different = a.findIndex((heading, index) => heading !== b[index]);
  return different === -1 ? a.length : different;
};
