import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseHtml, type DefaultTreeAdapterTypes } from 'parse5';
import { SaxesParser } from 'saxes';
import { aComparison } from '../fixtures/comparison-story.ts';
import { aHistory } from '../fixtures/history-story.ts';
import {
  markNumbers,
  numbersIn,
  numberSources,
  textsWithDigits,
  unmarked,
  unreadIn,
  type OutputLine,
  type ShownNumber,
} from '../fixtures/number-sources.ts';
import { healthyStory, interruptedStory, noDataStory, reportStories } from '../fixtures/report-stories.ts';
import type { CompareDocument } from '../core/compare/compare-document.ts';
import type { HistoryDocument } from '../core/compare/history-document.ts';
import type { K6Summary } from '../core/record/load-outcome.ts';
import type { ReportDocument } from '../core/report-document.ts';
import { compareMarkdown, compareText } from './compare-text.ts';
import { csvReport } from './csv-report.ts';
import { githubReport } from './github-report.ts';
import { gitlabReport } from './gitlab-report.ts';
import { historyMarkdown, historyText } from './history-text.ts';
import { htmlReport } from './html/html-report.ts';
import { incidentBlocks } from './incident/incident-report.ts';
import { renderMarkdown } from './incident/markdown.ts';
import { junitReport } from './junit-report.ts';
import type { Catalog } from './locales/catalog.ts';
import { locales } from './locales/index.ts';
import { openMetricsReport } from './openmetrics-report.ts';
import type { Report, Reporter } from './reporter.ts';

/*
 * Each number that lagline writes comes from a path of report.json, compare.json or history.json, as it is or by a sum, a
 * difference, a ratio or a count: `fixtures/number-sources.ts` finds which, and changes what stands there to see whether
 * the number follows as foretold. Pictures are not read. What is text and not a number: texts of the run itself, and the
 * few numbers of the wording that are named here.
 */

const languages = ['ko', 'en'] as const;

let unmark: readonly (() => void)[] = [];
before(() => (unmark = languages.map((id) => markNumbers(locales[id].formats))));
after(() => unmark.forEach((undo) => undo()));

/** Numbers of the wording: shares that are explained, names of percentiles and answers, ranks. */
const wording: readonly RegExp[] = [
  /(?:전체 코어|1코어|all cores|one core) = 100%/g,
  /\b1\/3\b/g,
  /\bp(?:50|90|95|99)\b/g,
  /\(202\)/g,
  /\bk6\b/g,
  /1 \(원래 길이\)|1 \(full length\)/g,
  /0으로 보정|set to 0|0보다|above 0/g,
  /1을 넘어|above 1/g,
  /오차 4\.4% 이내|up to 4\.4% off/g,
  /\d순위|^(?:\*\*)?\d\. (?=[A-Z§])/gm,
  /(?:종료 코드|exit code) 99|3회 이상|at least 3 runs/g,
  /<0\.001/g,
];

const withMarksOnly = (text: string): string =>
  [...text.matchAll(/\uE000[^\uE002]*\uE002/g)].map(([mark]) => mark).join(' ') || '§';

/** Markdown as it is read: code and pictures are of the run, escapes are gone. */
const markdownLines = (markdown: string): OutputLine[] =>
  markdown
    .replaceAll(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '')
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/(`+)(?!`)(.*?[^`])\1(?!`)/g, (_, __, code: string) => withMarksOnly(code))
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .split('\n')
    .map((text) => ({ text }));

/** Columns are as wide as their widest cell. */
const plainLines = (text: string): OutputLine[] =>
  text.split('\n').map((line) => ({ text: line.replaceAll(/ +/g, ' ') }));

const markdownOf = (report: Report, catalog: Catalog): OutputLine[] =>
  markdownLines(
    renderMarkdown(
      incidentBlocks(
        report,
        catalog,
        report.runs.map(() => ({})),
      ),
    ),
  );

type Node = DefaultTreeAdapterTypes.Node;

/** The text of a page's body, a line each for what stands in a line or a row; charts and code are left out. */
const htmlLines = (html: string): OutputLine[] => {
  const textOf = (node: Node): string => {
    if (node.nodeName === '#text' && 'value' in node) return node.value.replaceAll('\n', ' ');
    if (['script', 'style', 'figure', 'pre', 'head'].includes(node.nodeName)) return '';
    const inner = 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
    if (node.nodeName === 'code') return withMarksOnly(inner);
    if (/^(?:p|h\d|li|tr|summary|br)$/.test(node.nodeName)) return `\n${inner}\n`;
    return node.nodeName === 'td' || node.nodeName === 'th' ? `| ${inner} ` : inner;
  };
  return plainLines(textOf(parseHtml(html)));
};

const fileOf = async (
  reporter: Reporter,
  report: Report,
  path: string,
  catalog: Catalog,
): Promise<string> => {
  const file = (await reporter.render(report, catalog)).find((each) => each.path === path);
  assert.ok(file !== undefined, path);
  return String(file.content);
};

/** Attributes and texts of every element, named by the elements around it. */
const xmlLines = (xml: string): OutputLine[] => {
  const lines: OutputLine[] = [];
  const open: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name);
    for (const [key, value] of Object.entries(attributes))
      lines.push({ label: [...open, key].join(' '), text: value });
  });
  parser.on('text', (text) => lines.push({ label: open.join(' '), text }));
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return lines;
};

const csvLines = (csv: string): OutputLine[] =>
  parseCsv<Record<string, string>>(csv, { columns: true }).flatMap((row) =>
    ['value', 'samples'].map((column) => ({
      label: `${row['run_id']} ${row['path']} ${column}`,
      text: row[column] ?? '',
    })),
  );

/** Names and labels are which number it is. */
const metricLines = (text: string): OutputLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const at = line.lastIndexOf(' ');
      return { label: line.slice(0, at), text: line.slice(at + 1) };
    });

const jsonLines = (value: unknown, path = ''): OutputLine[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => jsonLines(inner, `${path}.${key}`))
    : [{ label: path, text: String(value) }];

type Output = (report: Report, catalog: Catalog) => readonly OutputLine[] | Promise<readonly OutputLine[]>;

/** Every output with numbers of a report, but for HTML, whose words are those of the Markdown. */
const outputs: Readonly<Record<string, Output>> = {
  'report.md': markdownOf,
  'github-summary.md': async (report, catalog) =>
    markdownLines(await fileOf(githubReport, report, 'github-summary.md', catalog)),
  'github-annotations.txt': async (report, catalog) =>
    plainLines(
      (await fileOf(githubReport, report, 'github-annotations.txt', catalog))
        .replaceAll('%25', '%')
        .replaceAll('%0A', ' '),
    ),
  'junit.xml': async (report, catalog) => xmlLines(await fileOf(junitReport, report, 'junit.xml', catalog)),
  'report.csv': async (report, catalog) => csvLines(await fileOf(csvReport, report, 'report.csv', catalog)),
  'metrics.txt': async (report, catalog) =>
    metricLines(await fileOf(openMetricsReport, report, 'metrics.txt', catalog)),
};

const outcomes = ['pass', 'fail', 'no-data', 'invalid'] as const;

/**
 * Numbers that no change of one value shows: a zero or a one whose line would say more if it were another, and those that say
 * of an enumeration which it is. Each with what the document has for it.
 */
const declared: readonly (readonly [
  line: RegExp,
  values: (document: ReportDocument, found: RegExpExecArray) => readonly unknown[],
])[] = [
  [
    /오프셋 표본 수|랙 표본|Offset samples|Samples of lag/,
    ({ runs }) => (runs.every(({ kafka }) => kafka.groups.length === 0) ? [0] : []),
  ],
  [/^\t- (?:중복 발급|Issued twice)/, ({ runs }) => runs.map(({ integrity }) => integrity?.duplicates)],
  [
    /평가 항목|items met/,
    ({ runs }) => runs.map(({ evaluation }) => evaluation.filter(({ grade }) => grade === 'met').length),
  ],
  [
    /^\t\*\*Of # scenario/,
    ({ runs }) => [
      runs.length,
      ...outcomes.map((outcome) => runs.filter(({ verdict }) => verdict.outcome === outcome).length),
    ],
  ],
  [/^testsuites testsuite id\t/, ({ runs }) => [...runs.keys()]],
  [
    /^testsuites testsuite (tests|failures|errors)\t#\t(\d+)/,
    ({ runs }, [, kind, suite]) => {
      const run = runs[Number(suite) - 1];
      if (run === undefined) return [];
      const counted = run.rules.filter(({ level }) => level !== 'warn').map(({ outcome }) => outcome);
      // The run has a case of its own where none of its rules says the same.
      const own = counted.includes(run.verdict.outcome) ? [] : [run.verdict.outcome];
      const all = [...counted, ...own];
      const failures = all.filter((outcome) => outcome === 'fail').length;
      const errors = all.filter((outcome) => outcome !== 'fail' && outcome !== 'pass').length;
      return [{ tests: run.rules.length + own.length, failures, errors }[kind ?? '']];
    },
  ],
  [
    /^lagline_run_outcome\{run="(\d+)",.*outcome="([^"]+)"/,
    ({ runs }, [, run, outcome]) => [Number(runs[Number(run)]?.verdict.outcome === outcome)],
  ],
  [
    /^lagline_rule_outcome\{run="(\d+)",.*rule="(\d+)",.*outcome="([^"]+)"/,
    ({ runs }, [, run, rule, outcome]) => [
      Number(runs[Number(run)]?.rules[Number(rule)]?.outcome === outcome),
    ],
  ],
];

const isDeclared = ({ key, value }: ShownNumber, document: ReportDocument): boolean =>
  declared.some(([line, values]) => {
    const found = line.exec(key);
    return found !== null && values(document, found).includes(value);
  });

/** JUnit wants times without a zone. */
const wordsOf = (report: Report): (string | RegExp)[] => [
  ...textsWithDigits([
    report.document,
    report.document.runs.map(({ startedAt }) => startedAt?.slice(0, 19)),
    report.runs.map(({ record: { plan } }) => plan),
  ]),
  ...wording,
];

const brief = ({ key, text }: ShownNumber): string => `${text} in: ${key.slice(0, 160)}`;

type Sources = Awaited<ReturnType<typeof numberSources>>;

const sourcesOf = (
  report: Report,
  output: Output,
  catalog: Catalog,
  change: (lines: readonly OutputLine[]) => readonly OutputLine[] = (lines) => lines,
): Promise<Sources> =>
  numberSources(
    { document: report.document },
    async ({ document }) => change(await output({ ...report, document }, catalog)),
    wordsOf(report),
    (number) => isDeclared(number, report.document),
  );

const without = (sources: Sources): string[] => sources.filter(({ source }) => source === null).map(brief);

for (const [name, story] of Object.entries(reportStories))
  describe(`in the ${name} story`, () => {
    for (const [file, output] of Object.entries(outputs))
      // Files without a word of a language are the same in each.
      for (const language of ['report.csv', 'metrics.txt'].includes(file) ? (['ko'] as const) : languages)
        it(`every number of ${file} in ${language} comes from a path of report.json`, async () => {
          const report = story();
          const catalog = locales[language];
          assert.deepEqual(unreadIn(await output(report, catalog), wordsOf(report)), []);
          const sources = await sourcesOf(report, output, catalog);
          assert.ok(sources.length > 0 || file === 'github-annotations.txt');
          assert.deepEqual(without(sources), []);
        });

    for (const language of languages)
      it(`the numbers of report.html in ${language} are those of the Markdown`, async () => {
        const report = story();
        const catalog = locales[language];
        const [html, markdown] = [
          htmlLines(await fileOf(htmlReport, report, 'report.html', catalog)),
          markdownOf(report, catalog),
        ].map((lines) => {
          assert.deepEqual(unreadIn(lines, wordsOf(report)), []);
          return numbersIn(lines, wordsOf(report)).map(({ value, text }) => [value, text]);
        });
        assert.deepEqual(html, markdown);
      });

    it('what was read is the golden report', () => {
      const golden = readFileSync(new URL(`../fixtures/reports/${name}.ko.md`, import.meta.url), 'utf8');
      const written = renderMarkdown(incidentBlocks(story(), locales.ko, []));
      const pictures = /^ *!\[.*\n\n?/gm;
      const [left, right] = [`${unmarked(written)}\n`, golden.replaceAll(pictures, '')].map((text) =>
        text.replaceAll(/\n{2,}/g, '\n'),
      );
      assert.equal(left, right);
    });
  });

describe('a number that is not what stands in report.json', () => {
  /** Every number that has a mark or a line of its own. */
  const offByOne = (lines: readonly OutputLine[]): OutputLine[] =>
    lines.map(({ text, ...line }) => ({
      ...line,
      text: /^-?[\d.]+$/.test(text)
        ? String(Number(text) + 1)
        : text.replaceAll(
            /\uE000([^\uE001]*)\uE001/g,
            (_, value: string) => `\uE000${Number(value) + 1}\uE001`,
          ),
    }));

  for (const [file, output] of Object.entries(outputs))
    it(`is found in ${file} where it is off by one, each of them`, async () => {
      // Of a file with as many lines as report.json has values, the shortest will do.
      const report = file === 'report.csv' ? noDataStory() : interruptedStory();
      const catalog = locales.ko;
      const isChanged = async () => {
        const [before, after] = [await output(report, catalog), offByOne(await output(report, catalog))].map(
          (lines) => numbersIn(lines, wordsOf(report)),
        ) as [ShownNumber[], ShownNumber[]];
        return new Set(after.filter(({ value }, at) => value !== before[at]?.value).map(({ key }) => key));
      };
      const changed = await isChanged();
      assert.ok(changed.size > 0 || file === 'github-annotations.txt', file);
      const sources = await sourcesOf(report, output, catalog, offByOne);
      assert.deepEqual(
        sources
          .filter(({ key, source }) => changed.has(key) && source !== null)
          .map((number) => `${number.source} gives ${brief(number)}`),
        [],
      );
    });

  it('is found where it stands still', async () => {
    const report = interruptedStory();
    const written = markdownOf(report, locales.ko);
    const sources = await sourcesOf(report, () => written, locales.ko);
    assert.ok(sources.length > 90);
    assert.deepEqual(sources.filter(({ source }) => source !== null && source !== 'declared').map(brief), []);
  });

  it('is found where it is written without a format, or stands in a page alone', async () => {
    const report = interruptedStory();
    assert.deepEqual(unreadIn([{ text: 'drained after 12ms' }], wordsOf(report)), ['12ms']);
    const page = await fileOf(htmlReport, report, 'report.html', locales.ko);
    const numbers = (html: string) => numbersIn(htmlLines(html), wordsOf(report)).map(({ text }) => text);
    assert.notDeepEqual(numbers(page.replace('5,200', '5,201')), numbers(page));
  });
});

it("every number of GitLab's load-performance.json comes from k6's own summary", async () => {
  const [run] = healthyStory().runs;
  assert.ok(run !== undefined);
  const summary: K6Summary = {
    checks: [],
    thresholds: [],
    metrics: {
      http_reqs: { type: 'counter', count: 36_000, rate: 120.4 },
      checks: { type: 'rate', passes: 9, fails: 1, rate: 0.9 },
      vus: { type: 'gauge', value: 5, min: 1, max: 50 },
      http_req_waiting: { type: 'trend', contains: 'time', values: { 'p(90)': 8.25, 'p(95)': 9.5, max: 11 } },
    },
  };
  const render = async ({ k6 }: { k6: K6Summary }) => {
    const load = {
      k6Version: null,
      exitCode: 0,
      signal: null,
      summaryProblem: null,
      scenarios: [],
      files: [],
    };
    const record = { ...run.record, load: { ...load, summary: k6 } };
    const report = { ...healthyStory(), runs: [{ ...run, record }] };
    return jsonLines(JSON.parse(await fileOf(gitlabReport, report, 'load-performance.json', locales.ko)));
  };
  const sources = await numberSources({ k6: summary }, render, []);
  assert.equal(sources.length, 11);
  assert.deepEqual(without(sources), []);
});

describe('every number of a comparison comes from a path of compare.json', () => {
  for (const language of languages)
    for (const [form, linesOf] of Object.entries({
      'a report': (document: CompareDocument) =>
        markdownLines(compareMarkdown(document, locales[language], 'md', 'compare.png')),
      'a comment': (document: CompareDocument) =>
        markdownLines(compareMarkdown(document, locales[language], 'pr-comment')),
      text: (document: CompareDocument) => plainLines(compareText(document, locales[language])),
    }))
      it(`as ${form} in ${language}`, async () => {
        const words = [...textsWithDigits(aComparison()), ...wording];
        const sources = await numberSources(
          { document: aComparison() },
          ({ document }) => linesOf(document),
          words,
        );
        assert.deepEqual(unreadIn(linesOf(aComparison()), words), []);
        assert.ok(sources.length > 15);
        assert.deepEqual(without(sources), []);
      });
});

describe('every number of a history comes from a path of history.json', () => {
  for (const language of languages)
    for (const [form, linesOf] of Object.entries({
      'a report': (document: HistoryDocument) =>
        markdownLines(historyMarkdown(document, locales[language], 'md', 'history.png')),
      'a comment': (document: HistoryDocument) =>
        markdownLines(historyMarkdown(document, locales[language], 'pr-comment')),
      text: (document: HistoryDocument) => plainLines(historyText(document, locales[language])),
    }))
      it(`as ${form} in ${language}`, async () => {
        const words = [...textsWithDigits(aHistory()), ...wording];
        // Runs are counted from 1 for people.
        const runs = new Set(aHistory().metrics.flatMap(({ changes }) => changes.map(({ run }) => run + 1)));
        const sources = await numberSources(
          { document: aHistory() },
          ({ document }) => linesOf(document),
          words,
          ({ value }) => runs.has(value),
        );
        assert.deepEqual(unreadIn(linesOf(aHistory()), words), []);
        assert.ok(sources.length > 15);
        assert.deepEqual(without(sources), []);
      });
});
