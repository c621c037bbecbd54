import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import type { Report, ReportedRun } from '../reporter.ts';
import { scenarioTitle } from '../scenario-title.ts';
import type { Block } from './block.ts';
import { escapeText } from './markdown.ts';

/** One run with all that its sections are made of. */
export type RunPage = {
  readonly run: RunReport;
  /** Absent when the report holds no record for this run. */
  readonly source: ReportedRun | undefined;
  /** Made harmless for Markdown. */
  readonly title: string;
  /** Names of the pictures by panel; absent where none were drawn. */
  readonly pictures: Readonly<Record<string, string>>;
};

/** Turns the runs into blocks without a heading; an empty answer leaves the section out. */
export type Section = (pages: readonly RunPage[], catalog: Catalog, report: Report) => Block;

/** Titles by run; runs of the same scenario are numbered so that tables stay readable. */
export const pageTitles = (runs: readonly RunReport[], catalog: Catalog): string[] => {
  const titles = runs.map((run) => escapeText(scenarioTitle(run, catalog)));
  return titles.map((title, index) => {
    if (titles.filter((other) => other === title).length === 1) return title;
    return `${title} (${titles.slice(0, index + 1).filter((other) => other === title).length})`;
  });
};

/** Whether there is nothing in the report but what k6 had left. */
export const isMadeOfSavedOutput = (pages: readonly RunPage[]): boolean =>
  pages.every(({ run }) => run.savedOutput !== null);

/** A shown value, or the words for a value that is not known. */
export const orNotMeasured = (
  value: number | null | undefined,
  format: (value: number) => string,
  catalog: Catalog,
): string => (value === null || value === undefined ? catalog.notMeasured : format(value));

/** Times of the run's clock as `0:10 ~ 0:42`. */
export const spanText = (
  fromMs: number | undefined,
  toMs: number | undefined,
  { formats }: Catalog,
): string =>
  fromMs === undefined || toMs === undefined
    ? '-'
    : fromMs === toMs
      ? formats.elapsed(fromMs)
      : `${formats.elapsed(fromMs)} ~ ${formats.elapsed(toMs)}`;
