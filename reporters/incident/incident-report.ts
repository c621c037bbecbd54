import { chartFiles } from '../charts/chart-files.ts';
import type { Catalog } from '../locales/catalog.ts';
import type { IncidentWords } from '../locales/incident-words.ts';
import type { Report, Reporter } from '../reporter.ts';
import { appendixSection } from './appendix-section.ts';
import { banners } from './banners.ts';
import { causesSection } from './causes-section.ts';
import { conclusionsSection } from './conclusions-section.ts';
import { environmentSection } from './environment-section.ts';
import { impactSection } from './impact-section.ts';
import { blocks, escapeText } from './markdown.ts';
import { reliabilitySection } from './reliability-section.ts';
import { reproductionSection } from './reproduction-section.ts';
import { resultsSection } from './results-section.ts';
import { pageTitles, type RunPage, type Section } from './section.ts';
import { summarySection } from './summary-section.ts';
import { timelineSection } from './timeline-section.ts';

/** The order of the report. */
const sections: readonly (readonly [heading: keyof IncidentWords['headings'], section: Section])[] = [
  ['summary', summarySection],
  ['environment', environmentSection],
  ['timeline', timelineSection],
  ['results', resultsSection],
  ['causes', causesSection],
  ['impact', impactSection],
  ['conclusions', conclusionsSection],
  ['reproduction', reproductionSection],
  ['reliability', reliabilitySection],
  ['appendix', appendixSection],
];

/** The incident report in Markdown, with its pictures beside it; the same report gives the same bytes. */
export const incidentReport: Reporter = {
  id: 'markdown',
  render: async (report, catalog) => {
    const charts = await chartFiles(report, catalog);
    const pages = pagesOf(report, catalog, charts.paths);
    return [{ path: `report.${catalog.id}.md`, content: markdown(pages, catalog, report) }, ...charts.files];
  },
};

const pagesOf = (
  report: Report,
  catalog: Catalog,
  pictures: readonly Readonly<Record<string, string>>[],
): RunPage[] => {
  const titles = pageTitles(report.document.runs, catalog);
  return report.document.runs.map((run, index) => ({
    run,
    source: report.runs[index],
    title: titles[index] ?? '',
    pictures: pictures[index] ?? {},
  }));
};

const markdown = (pages: readonly RunPage[], catalog: Catalog, report: Report): string => {
  const { incident } = catalog;
  const { generator, runs } = report.document;
  const startedAt = runs
    .map((run) => Date.parse(run.startedAt))
    .reduce((first, next) => Math.min(first, next), Infinity);
  return `${blocks(
    `# ${incident.title}`,
    banners(pages, catalog, report),
    incident.writtenBy(
      escapeText(generator.version),
      catalog.formats.dateTime(startedAt),
      runs.every(({ reconstruction }) => reconstruction !== null),
    ),
    '---',
    ...sections.flatMap(([heading, section]) => [
      `## ${incident.headings[heading]}`,
      section(pages, catalog, report),
    ]),
  )}\n`;
};
