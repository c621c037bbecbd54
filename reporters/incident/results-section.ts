import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { gradeMark } from '../marks.ts';
import { rowText } from '../wording.ts';
import { quotableConsole } from './k6-console.ts';
import { kafkaLines } from './kafka-lines.ts';
import { type Block, blocks, fence, heading, table } from './block.ts';
import { inTable } from './markdown.ts';
import { partitionsTable } from './partitions-table.ts';
import { prometheusLines } from './prometheus-lines.ts';
import { resourceLines } from './resource-lines.ts';
import { rulesTable } from './rules-table.ts';
import { metricTable } from './saved-output.ts';
import type { RunPage, Section } from './section.ts';

/** Per scenario: k6's own words, the evaluation, what was monitored, the rules. */
export const resultsSection: Section = (pages, catalog) =>
  blocks(...pages.map((page) => scenarioResults(page, catalog)));

const scenarioResults = (page: RunPage, catalog: Catalog): Block => {
  const { headings } = catalog.incident;
  const hasLoad = page.run.reconstruction === null;
  return blocks(
    heading(3, page.title),
    heading(5, hasLoad ? headings.k6 : headings.evaluation),
    hasLoad ? consoleBlock(page, catalog) : undefined,
    evaluationTable(page.run, catalog),
    heading(5, headings.monitoring),
    hasLoad ? resourceLines(page, catalog) : undefined,
    kafkaLines(page, catalog),
    partitionsTable(page, catalog),
    prometheusLines(page, catalog),
    heading(5, headings.rules),
    rulesTable(page.run, catalog),
  );
};

const consoleBlock = ({ source, run }: RunPage, catalog: Catalog): Block | string => {
  const { results } = catalog.incident;
  const text = quotableConsole(source?.k6Console ?? '', results.linesLeftOut);
  if (text !== '') return fence('shell', text);
  return run.savedOutput === null ? results.noConsole : metricTable(run, catalog);
};

export const evaluationTable = (run: RunReport, catalog: Catalog): Block =>
  table(
    catalog.incident.results.evaluationColumns,
    run.evaluation.map((row) => [
      `**${catalog.rows[row.id].label}**`,
      `${gradeMark[row.grade]} ${catalog.grade[row.grade]} — ${rowText(row, run, catalog, inTable)}`,
    ]),
  );
