import type { RunReport } from '../core/report-document.ts';
import { banners } from './incident/banners.ts';
import { type Block, blocks, heading } from './incident/block.ts';
import { pagesOf } from './incident/incident-report.ts';
import { kafkaLines } from './incident/kafka-lines.ts';
import { renderMarkdown } from './incident/markdown.ts';
import { evaluationTable } from './incident/results-section.ts';
import { rulesTable } from './incident/rules-table.ts';
import { summarySection } from './incident/summary-section.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';
import type { Report, Reporter } from './reporter.ts';
import { ruleVerdicts } from './rule-verdicts.ts';

/** GitHub refuses a step's summary that is larger; half of it leaves room for other commands of the step. */
const summaryLimitBytes = 512 * 1024;
/** GitHub shows this many annotations of each kind a step, and drops the rest without a word. */
const annotationLimit = 10;

export const githubSummaryPath = 'github-summary.md';
export const githubAnnotationsPath = 'github-annotations.txt';

/** For GitHub Actions: Markdown for the step's summary, and workflow commands that annotate what did not pass. */
export const githubReport: Reporter = {
  id: 'github',
  render: async (report, catalog) => [
    { path: githubSummaryPath, content: summaryText(report, catalog) },
    { path: githubAnnotationsPath, content: annotations(report.document.runs, catalog).join('') },
  ],
};

/** Whole parts as far as they fit: the summary first, then the runs in their order. */
const summaryText = (report: Report, catalog: Catalog): string => {
  const { incident } = catalog;
  const pages = pagesOf(report, catalog, []);
  const parts: readonly Block[] = [
    blocks(
      heading(2, incident.titles[report.notes?.kind ?? 'incident']),
      banners(pages, catalog, report),
      summarySection(pages, catalog, report),
    ),
    ...pages.map((page) =>
      blocks(
        heading(3, page.title),
        evaluationTable(page.run, catalog),
        kafkaLines(page, catalog),
        heading(4, incident.headings.rules),
        rulesTable(page.run, catalog),
      ),
    ),
  ];
  let text = '';
  for (const part of parts) {
    const next = `${renderMarkdown(part)}\n\n`;
    if (Buffer.byteLength(text) + Buffer.byteLength(next) > summaryLimitBytes)
      return `${text}> ${catalog.ci.summaryCut}\n\n`;
    text += next;
  }
  return text;
};

type Level = 'error' | 'warning' | 'notice';

const annotations = (runs: readonly RunReport[], catalog: Catalog): string[] => {
  const all = runs.flatMap((run) => annotationsOf(run, catalog));
  return (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const own = all.filter((annotation) => annotation.level === level);
    if (own.length <= annotationLimit) return own.map(command);
    const shown = own.slice(0, annotationLimit - 1);
    const text = catalog.ci.moreAnnotations(own.length - shown.length);
    return [...shown, { level, title: 'lagline', text }].map(command);
  });
};

type Annotation = { readonly level: Level; readonly title: string; readonly text: string };

const annotationsOf = (run: RunReport, catalog: Catalog): Annotation[] => {
  const title = `lagline ${run.scenario}`;
  const found = ruleVerdicts(run, catalog)
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ name, text, isWarning }): Annotation => ({
      level: isWarning ? 'warning' : 'error',
      title,
      text: `${name}: ${text}`,
    }));
  return run.verdict.outcome === 'pass'
    ? [...found, { level: 'notice', title, text: catalog.outcome.pass }]
    : found;
};

const command = ({ level, title, text }: Annotation): string =>
  `::${level} title=${commandProperty(inOneLine(title))}::${commandData(inOneLine(text))}\n`;

/** As the toolkit of GitHub's actions escapes them. */
const commandData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const commandProperty = (text: string): string =>
  commandData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
