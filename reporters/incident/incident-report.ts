import type { RunReport } from '../../core/report-document.ts';
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
import { type Block, blocks, heading } from './block.ts';
import { escapeText, renderMarkdown } from './markdown.ts';
import { reliabilitySection } from './reliability-section.ts';
import { reproductionSection } from './reproduction-section.ts';
import { resultsSection } from './results-section.ts';
import { noNotes } from '../report-notes.ts';
import { notesTable } from './notes-table.ts';
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

/** Of a report in which nothing was tested. */
const pastHeadings: Partial<Record<keyof IncidentWords['headings'], keyof IncidentWords['headings']>> = {
  environment: 'pastEnvironment',
  results: 'pastResults',
};

/** The incident report in Markdown, with its pictures beside it; the same report gives the same bytes. */
export const incidentReport: Reporter = {
  id: 'md',
  render: async (report, catalog) => {
    const charts = await chartFiles(report, catalog);
    const content = `${renderMarkdown(incidentBlocks(report, catalog, charts.paths))}\n`;
    return [{ path: `report.${catalog.id}.md`, content }, ...charts.files];
  },
};

/** The whole report; `pictures` names those of each run by panel. */
export const incidentBlocks = (
  report: Report,
  catalog: Catalog,
  pictures: readonly Readonly<Record<string, string>>[],
): Block => {
  const pages = pagesOf(report, catalog, pictures);
  const { incident } = catalog;
  const notes = report.notes ?? noNotes;
  const { generator, runs } = report.document;
  const isPast = runs.every(({ reconstruction }) => reconstruction !== null);
  const startedAt = earliestStart(runs);
  return blocks(
    heading(1, incident.titles[notes.kind ?? 'incident']),
    banners(pages, catalog, report),
    notesTable(notes, catalog, startedAt),
    incident.writtenBy(
      escapeText(generator.version),
      startedAt === undefined ? undefined : catalog.formats.dateTime(startedAt),
      isPast,
    ),
    { kind: 'rule' },
    ...sections.flatMap(([name, section]) => [
      heading(2, incident.headings[(isPast ? pastHeadings[name] : undefined) ?? name]),
      section(pages, catalog, report),
    ]),
  );
};

/** Epoch ms; undefined where no run tells when it began. */
const earliestStart = (runs: readonly RunReport[]): number | undefined => {
  const starts = runs.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  return starts.length === 0 ? undefined : starts.reduce((first, next) => Math.min(first, next));
};

/** The runs with all that sections are made of. */
export const pagesOf = (
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
