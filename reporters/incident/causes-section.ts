import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { wordingOf } from '../locales/known-ids.ts';
import { causeName, taggedEvidence } from '../wording.ts';
import { type Block, blocks, bullets, type ListItem, heading } from './block.ts';
import { inLine } from './markdown.ts';
import type { RunPage, Section } from './section.ts';

type Hypothesis = RunReport['diagnosis'][number];

/** Ranked hypotheses, each with what speaks for and against it. */
export const causesSection: Section = (pages, catalog) =>
  blocks(
    pages.some(({ run }) => run.diagnosis.length > 0) ? catalog.incident.causes.caution : undefined,
    ...pages.map((page) => runCauses(page, catalog)),
  );

const runCauses = ({ run, title }: RunPage, catalog: Catalog): Block =>
  blocks(
    heading(3, title),
    ...(run.diagnosis.length === 0
      ? [run.verdict.outcome === 'pass' ? catalog.incident.causes.none : catalog.incident.causes.noneFound]
      : run.diagnosis.map((hypothesis, index) => hypothesisBlock(hypothesis, index + 1, run, catalog))),
  );

const hypothesisBlock = (
  { cause, score, evidence, unobserved }: Hypothesis,
  rank: number,
  run: RunReport,
  catalog: Catalog,
): Block => {
  const { causes } = catalog.incident;
  const sentences = (supports: boolean): string[] =>
    evidence
      .filter((piece) => piece.supports === supports)
      .map((piece) => taggedEvidence(piece, run, catalog, inLine));
  const list = (label: string, items: readonly string[]): ListItem =>
    items.length === 0 ? `${label}: ${causes.noEvidence}` : { text: label, items };
  return blocks(
    `**${causes.ranked(rank, causeName(cause, catalog, inLine), catalog.formats.percent(score * 100))}**`,
    wordingOf(catalog.causes, cause)?.meaning,
    bullets([
      list(causes.supports, sentences(true)),
      list(causes.contradicts, sentences(false)),
      ...(unobserved.length === 0
        ? []
        : [
            list(
              causes.unobserved,
              unobserved.map((id) => wordingOf(catalog.unobserved, id) ?? inLine.code(id)),
            ),
          ]),
    ]),
  );
};
