import type { Facts } from '../../core/errors.ts';
import type { RunReport } from '../../core/report-document.ts';
import type { Catalog, Grade } from '../locales/catalog.ts';
import { joinParts, readFacts, shown } from '../locales/fact-reader.ts';
import { wordingOf } from '../locales/known-ids.ts';
import { outcomeMark } from '../marks.ts';
import { noNotes, type ActionNote } from '../report-notes.ts';
import { causeName, mainTag, tag } from '../wording.ts';
import { causeFigures } from './cause-figures.ts';
import { blocks, bullets, type ListItem, heading, table } from './block.ts';
import { codeInTable, inLine, inTable } from './markdown.ts';
import type { RunPage, Section } from './section.ts';

/** What follows from the findings, and nothing beyond them. */
export const conclusionsSection: Section = (pages, catalog, { notes = noNotes }) => {
  const { headings, conclusions } = catalog.incident;
  const improvements = improvementRows(pages, catalog, notes.actions);
  return blocks(
    heading(3, headings.conclusion),
    bullets(pages.map((page) => runConclusion(page, catalog))),
    conclusions.limits,
    heading(3, headings.improvements),
    improvements.length === 0
      ? conclusions.noImprovements
      : blocks(table(conclusions.improvementColumns, improvements), conclusions.fillIn),
  );
};

const runConclusion = ({ run, title }: RunPage, catalog: Catalog): ListItem => {
  const { conclusions } = catalog.incident;
  const met = run.evaluation.filter(({ grade }) => grade === 'met').length;
  const verdict = `${outcomeMark[run.verdict.outcome]} ${catalog.outcome[run.verdict.outcome]}`;
  const cause = run.verdict.outcome === 'pass' ? undefined : run.diagnosis[0];
  const details = [
    ...(['unmet', 'caution', 'unknown'] as const).flatMap((grade) => rowsOf(run, grade, catalog)),
    ...offeredLoad(run, catalog),
    ...(cause === undefined
      ? []
      : [
          conclusions.cause(
            causeName(cause.cause, catalog, inLine),
            catalog.formats.percent(cause.score * 100),
          ),
        ]),
  ];
  return {
    text: `**${title}**: ${conclusions.run(verdict, met, run.evaluation.length)}`,
    items: details,
  };
};

const rowsOf = (run: RunReport, grade: Grade, catalog: Catalog): string[] => {
  const labels = run.evaluation.filter((row) => row.grade === grade).map(({ id }) => catalog.rows[id].label);
  return labels.length === 0
    ? []
    : [catalog.incident.conclusions.rows(catalog.grade[grade], labels.join(', '))];
};

/** How much of the planned load was offered: in the words of the rows, judged by the rule on it. */
const offeredLoad = (run: RunReport, catalog: Catalog): string[] => {
  const rule = run.rules.find((finding) => finding.rule === 'offered-load');
  if (rule === undefined) return [];
  const facts = readFacts(
    Object.assign({}, ...['throughput', 'stability'].map((row) => rowFacts(run, row))) as Facts,
    inLine,
  );
  const { formats, incident } = catalog;
  return [
    incident.conclusions.offered(
      {
        target: shown(facts.number('targetPerSecond'), formats.perSecond),
        reached: shown(
          facts.number('reachedPerSecond'),
          (rate) => `${formats.perSecond(rate)} ${mainTag('stability', run, catalog)}`,
        ),
        planned: shown(facts.number('plannedIterations'), formats.messages),
        share: shown(
          facts.number('offeredPercent'),
          (share) => `${formats.percent(share)} ${tag('computed', catalog)}`,
        ),
        dropped: shown(facts.number('droppedIterations') || undefined, formats.messages),
      },
      rule.outcome === 'pass',
    ),
  ];
};

const rowFacts = ({ evaluation }: RunReport, id: string): Facts =>
  evaluation.find((row) => row.id === id)?.facts ?? {};

/** One row per improvement, however many runs ask for it, with the rules that the next run must pass. */
const improvementRows = (
  pages: readonly RunPage[],
  catalog: Catalog,
  actions: readonly ActionNote[],
): string[][] => {
  const { conclusions } = catalog.incident;
  const rows = new Map<string, { id: string; reasons: Set<string>; rules: Set<string> }>();
  const add = (id: string, improvement: string, reason: string, rules: readonly string[]): void => {
    const row = rows.get(improvement) ?? { id, reasons: new Set(), rules: new Set() };
    row.reasons.add(reason);
    for (const rule of rules) row.rules.add(rule);
    rows.set(improvement, row);
  };
  for (const { run, title } of pages) {
    const failed = run.rules.filter(({ rule, outcome }) => rule !== 'validity' && outcome !== 'pass');
    const criteria = failed.map(({ metric, expression }) => codeInTable(`${metric}: ${expression}`));
    const cause = run.verdict.outcome === 'pass' ? undefined : run.diagnosis[0];
    const words = cause && wordingOf(catalog.causes, cause.cause);
    for (const [index, { what, basis }] of (words?.improvements(causeFigures(run)) ?? []).entries()) {
      add(
        `${cause?.cause ?? ''}-${index + 1}`,
        what,
        joinParts([`${title}: ${words?.name ?? ''}`, basis]),
        criteria,
      );
    }
    if (run.verdict.outcome === 'invalid') {
      // To measure again is what that cause asks for anyway.
      if (cause?.cause !== 'generator-saturation')
        add('measure-again', conclusions.measureAgain, `${title}: ${catalog.outcome.invalid}`, criteria);
      continue;
    }
    for (const { id, grade } of run.evaluation) {
      if (grade !== 'unknown') continue;
      const { label } = catalog.rows[id];
      add(`measure-${id}`, conclusions.unjudged(label), `${title}: ${label} ${catalog.grade.unknown}`, []);
    }
  }
  const people = (action: ActionNote | undefined): string[] =>
    [action?.owner, action?.due, action?.status].map((each) =>
      each === undefined ? '-' : inTable.text(each),
    );
  const derived = [...rows].map(([improvement, { id, reasons, rules }]) => {
    const action = actions.find((each) => each.improvement === id);
    const all = [...rules, ...(action?.verify === undefined ? [] : [inTable.code(action.verify)])];
    return [
      inTable.code(id),
      improvement,
      [...reasons].join('<br>'),
      all.length === 0 ? conclusions.noRule : all.join('<br>'),
      ...people(action),
    ];
  });
  const ids = new Set([...rows.values()].map(({ id }) => id));
  const { byHand } = catalog.incident.notes;
  // What no longer follows from the data was still agreed on.
  const own = actions
    .filter(({ improvement }) => improvement === undefined || !ids.has(improvement))
    .map((action) => [
      action.improvement === undefined ? '-' : inTable.code(action.improvement),
      action.what === undefined ? '-' : inTable.text(action.what),
      byHand,
      action.verify === undefined ? conclusions.noRule : inTable.code(action.verify),
      ...people(action),
    ]);
  return [...derived, ...own];
};
