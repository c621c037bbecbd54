import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import {
  healthyStory,
  incidentStory,
  interruptedStory,
  ledgerStory,
  noDataStory,
} from '../../fixtures/report-stories.ts';
import type { ReportDocument } from '../../core/report-document.ts';
import type { Formats } from '../locales/formats.ts';
import { locales } from '../locales/index.ts';
import type { Report } from '../reporter.ts';
import { incidentBlocks } from './incident-report.ts';
import { escapeText, renderMarkdown } from './markdown.ts';

/*
 * Each number in the Markdown comes from a path in report.json. Every one is written by a function of `Formats`, which
 * marks it here. Then the numbers of report.json are changed: a number in the text that follows, while the words of
 * its line stay, comes from there, as it is or by arithmetic. What is written without a mark is text:
 * names and expressions out of the report, or wording, whose few numbers are declared below.
 */

const { ko } = locales;
const stories: Readonly<Record<string, () => Report>> = {
  incident: incidentStory,
  healthy: healthyStory,
  'no-data': noDataStory,
  interrupted: interruptedStory,
  ledger: ledgerStory,
};

const [open, middle, close] = ['\uE000', '\uE001', '\uE002'];
const marked = new RegExp(`${open}([^${middle}]*)${middle}([^${close}]*)${close}`, 'g');

type Written = { readonly value: number; readonly text: string };

/** A line with a sign in place of each number. */
type Line = { readonly words: string; readonly numbers: readonly Written[] };

const plainFormats: Formats = { ...ko.formats };
const numericFormats = Object.keys(plainFormats) as (keyof Formats)[];

before(() => {
  for (const key of numericFormats)
    Object.assign(ko.formats, {
      [key]: (value: number, unit: string) =>
        `${open}${value}${middle}${plainFormats[key](value, unit)}${close}`,
    });
});
after(() => Object.assign(ko.formats, plainFormats));

const markdownOf = (report: Report): string =>
  renderMarkdown(
    incidentBlocks(
      report,
      ko,
      report.runs.map(() => ({})),
    ),
  );

const linesOf = (markdown: string): Line[] =>
  markdown.split('\n').map((line) => ({
    words: line.replaceAll(marked, '#'),
    numbers: [...line.matchAll(marked)].map(([, value, text = '']) => ({ value: Number(value), text })),
  }));

/** Numbers by the words of their line and its place among lines with the same words. */
const byWords = (lines: readonly Line[]): Map<string, readonly Written[]> => {
  const seen = new Map<string, number>();
  return new Map(
    lines
      .filter(({ numbers }) => numbers.length > 0)
      .map(({ words, numbers }) => {
        const place = (seen.get(words) ?? 0) + 1;
        seen.set(words, place);
        return [`${words} ${place}`, numbers];
      }),
  );
};

type Holder = Record<string, unknown>;
type Leaf = { readonly path: string; readonly holder: Holder; readonly key: string; readonly value: unknown };

/** Every number of the document, its times of day, and its lists, whose length may be told. */
const leavesOf = (holder: object, path = ''): Leaf[] =>
  Object.entries(holder).flatMap(([key, value]: [string, unknown]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const leaf = { path: at, holder: holder as Holder, key, value };
    if (typeof value === 'number' || key === 'startedAt') return [leaf];
    if (typeof value !== 'object' || value === null) return [];
    const hasLength = Array.isArray(value) && (value.length > 0 || key === 'gaps');
    return [...(hasLength ? [leaf] : []), ...leavesOf(value, at)];
  });

const nudged = (value: number, times: number): number => value * (1 + times * 1e-7);

const gap = { source: 'k6', fromMs: 0, toMs: 1, reason: 'x' };

/** The value in other words: a little, so that hardly a word changes, then enough to show through rounding. */
const others = (value: unknown): readonly unknown[] => {
  if (typeof value === 'number') return [value * (1 + 1e-6), value + 1, value - 1, value * 1.25 + 3];
  if (Array.isArray(value)) return [[...(value as unknown[]), value.at(-1) ?? gap]];
  return [new Date(Date.parse(String(value)) + 3_600_000).toISOString()];
};

type Missing = { readonly words: string; readonly value: number };

/** Numbers that no path was found for, each with the words of its line. */
const withoutSource = (report: Report): Missing[] => {
  const shown = byWords(linesOf(markdownOf(report)));
  const missing = new Map(
    [...shown].flatMap(([words, numbers]) => numbers.map((_, at) => [`${words}\t${at}`, words])),
  );
  const document: ReportDocument = structuredClone(report.document);
  const follow = (leaves: readonly (readonly [leaf: Leaf, value: unknown])[]): void => {
    for (const [{ holder, key }, value] of leaves) holder[key] = value;
    const changed = byWords(linesOf(markdownOf({ ...report, document })));
    for (const [{ holder, key, value }] of leaves) holder[key] = value;
    for (const [words, numbers] of shown)
      for (const [at, { value }] of numbers.entries()) {
        const now = changed.get(words)?.[at];
        if (now !== undefined && now.value !== value) missing.delete(`${words}\t${at}`);
      }
  };
  const leaves = leavesOf(document);
  // First all together by next to nothing, equal ones equally, so that hardly a word changes.
  const numeric = leaves.filter(({ value }) => typeof value === 'number');
  const distinct = [...new Set(numeric.map(({ value }) => Number(value)))];
  follow(numeric.map((leaf) => [leaf, nudged(Number(leaf.value), distinct.indexOf(Number(leaf.value)) + 1)]));
  const valueAt = (key: string): number => {
    const [words = '', at = ''] = key.split('\t');
    return shown.get(words)?.[Number(at)]?.value ?? Number.NaN;
  };
  const rest = new Set([...missing.keys()].map((key) => Math.abs(Math.round(valueAt(key)))));
  for (const leaf of leaves) {
    if (missing.size === 0) break;
    const isCandidate = typeof leaf.value !== 'number' || rest.has(Math.abs(Math.round(leaf.value)));
    if (isCandidate) for (const value of others(leaf.value)) follow([[leaf, value]]);
  }
  return [...missing].map(([key, words]) => ({ words, value: valueAt(key) }));
};

/** Numbers whose line would say more if they were others, and where they stand. */
const elsewhere: readonly (readonly [
  line: RegExp,
  values: (document: ReportDocument) => readonly number[],
])[] = [
  [/^\| 지연된 수집 \|/, ({ runs }) => runs.map(({ measurement }) => measurement.lateTicks)],
  [
    /^\| (?:오프셋 표본 수|0으로 보정된 랙 표본) \|/,
    ({ runs }) => runs.map(({ kafka }) => kafka.groups.length),
  ],
  [/^- 중복 발급 # /, ({ runs }) => runs.map(({ integrity }) => integrity?.duplicates ?? Number.NaN)],
];

const isElsewhere = ({ words, value }: Missing, document: ReportDocument): boolean =>
  elsewhere.some(([line, values]) => line.test(words) && values(document).includes(value));

/** Numbers of the wording: shares that are explained, names of percentiles, thirds. */
const wordingNumbers = [/(?:전체 코어|1코어) = 100%/g, /1\/3/g, /\bp(?:50|90|95|99)\b/g, /접수\(202\)/g];

const textsOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)])
      : [];

for (const [name, story] of Object.entries(stories))
  describe(`in the report of the ${name} story`, () => {
    it('every number follows a path of report.json', () => {
      const report = story();
      assert.deepEqual(
        withoutSource(report).filter((missing) => !isElsewhere(missing, report.document)),
        [],
      );
    });

    it('no number is written but by a format, from a text of the run, or by wording that is declared', () => {
      const report = story();
      const texts = textsOf([report.document, report.runs.map(({ record: { plan } }) => plan)]).map(
        escapeText,
      );
      const prose = markdownOf(report)
        .replaceAll(/^```[\s\S]*?^```/gm, '')
        .replaceAll(marked, '')
        .replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
      const left = wordingNumbers.reduce((text, pattern) => text.replaceAll(pattern, ''), prose);
      const words = left.match(/[\w.:/-]*\d[\w.:/-]*/g) ?? [];
      assert.deepEqual(
        [...new Set(words)].filter((word) => !texts.some((text) => text.includes(word))),
        [],
      );
    });

    it('what was looked at is the golden report', () => {
      const golden = readFileSync(new URL(`../../fixtures/reports/${name}.ko.md`, import.meta.url), 'utf8');
      const pictures = /^ *!\[.*\n\n?/gm;
      const text = markdownOf(story()).replaceAll(marked, '$2');
      assert.equal(
        `${text}\n`.replaceAll(/\n{2,}/g, '\n'),
        golden.replaceAll(pictures, '').replaceAll(/\n{2,}/g, '\n'),
      );
    });
  });
