import type { Catalog } from '../locales/catalog.ts';
import { wordingOf } from '../locales/known-ids.ts';
import { reasonText, sourceText } from '../wording.ts';
import { type Block, blocks, heading, table } from './block.ts';
import { codeInTable, escapeText, inTable } from './markdown.ts';
import { spanText, type RunPage, type Section } from './section.ts';

/** Versions, and where each number comes from. */
export const appendixSection: Section = (pages, catalog, { document }) => {
  const { headings, appendix } = catalog.incident;
  return blocks(
    heading(3, headings.versions),
    table(appendix.versionColumns, versionRows(pages, document.generator.version, catalog)),
    heading(3, headings.provenance),
    appendix.provenanceNote,
    ...pages.map((page) => provenanceTable(page, catalog)),
  );
};

const versionRows = (pages: readonly RunPage[], version: string, catalog: Catalog): string[][] => {
  const { tools: toolNames } = catalog.incident.appendix;
  const tools = [...new Set(pages.flatMap((page) => Object.keys(toolsOf(page))))];
  const distinct = (pick: (page: RunPage) => string | null): string =>
    [...new Set(pages.map(pick))].map((value) => (value === null ? '-' : escapeText(value))).join(', ');
  return [
    ['lagline', escapeText(version)],
    ['k6', distinct(({ run }) => run.environment.k6Version)],
    ...tools
      .filter((tool) => tool !== 'k6')
      .map((tool) => [
        wordingOf(toolNames, tool) ?? escapeText(tool),
        distinct((page) => toolsOf(page)[tool] ?? null),
      ]),
    ['Node.js', distinct(({ run }) => run.environment.nodeVersion)],
    ['run id', distinct(({ run }) => run.runId)],
  ];
};

const toolsOf = ({ run }: RunPage): Readonly<Record<string, string>> => run.environment.tools ?? {};

const provenanceTable = ({ run, title }: RunPage, catalog: Catalog): Block => {
  const { appendix } = catalog.incident;
  const entries = Object.entries(run.provenance);
  return {
    kind: 'details',
    summary: title,
    body: blocks(
      entries.length === 0
        ? appendix.noProvenance
        : table(
            appendix.provenanceColumns,
            entries.map(([path, { kind, source, samples, fromMs, toMs, reason }]) => [
              codeInTable(path),
              catalog.provenance[kind],
              sourceText(source, catalog, inTable),
              samples === undefined ? '-' : catalog.formats.count(samples),
              spanText(fromMs, toMs, catalog),
              reasonText(reason, catalog, inTable) ?? '-',
            ]),
          ),
    ),
  };
};
