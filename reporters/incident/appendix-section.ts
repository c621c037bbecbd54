import type { Catalog } from '../locales/catalog.ts';
import { reasonText } from '../wording.ts';
import { blocks, codeInTable, escapeText, inTable, table } from './markdown.ts';
import { spanText, type RunPage, type Section } from './section.ts';

/** Versions, and where each number comes from. */
export const appendixSection: Section = (pages, catalog, { document }) => {
  const { headings, appendix } = catalog.incident;
  return blocks(
    `### ${headings.versions}`,
    table(appendix.versionColumns, versionRows(pages, document.generator.version)),
    `### ${headings.provenance}`,
    appendix.provenanceNote,
    ...pages.map((page) => provenanceTable(page, catalog)),
  );
};

const versionRows = (pages: readonly RunPage[], version: string): string[][] => {
  const distinct = (pick: (page: RunPage) => string | null): string =>
    [...new Set(pages.map(pick))].map((value) => (value === null ? '-' : escapeText(value))).join(', ');
  return [
    ['lagline', escapeText(version)],
    ['k6', distinct(({ run }) => run.environment.k6Version)],
    ['Node.js', distinct(({ run }) => run.environment.nodeVersion)],
    ['run id', distinct(({ run }) => run.runId)],
  ];
};

const provenanceTable = ({ run, title }: RunPage, catalog: Catalog): string => {
  const { appendix } = catalog.incident;
  const entries = Object.entries(run.provenance);
  return blocks(
    '<details>',
    `<summary>${title}</summary>`,
    entries.length === 0
      ? appendix.noProvenance
      : table(
          appendix.provenanceColumns,
          entries.map(([path, { kind, source, samples, fromMs, toMs, reason }]) => [
            codeInTable(path),
            catalog.provenance[kind],
            codeInTable(source),
            samples === undefined ? '-' : catalog.formats.count(samples),
            spanText(fromMs, toMs, catalog),
            reasonText(reason, catalog, inTable) ?? '-',
          ]),
        ),
    '</details>',
  );
};
