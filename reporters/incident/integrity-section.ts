import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { shown } from '../locales/fact-reader.ts';
import type { DifferenceName } from '../locales/integrity-words.ts';
import { outcomeMark } from '../marks.ts';
import { reasonText, tag, tagOf } from '../wording.ts';
import { type Block, blocks, bullets, heading, table } from './block.ts';
import { codeInTable, codeSpan, inLine, inTable } from './markdown.ts';
import type { RunPage, Section } from './section.ts';

type Integrity = NonNullable<RunReport['integrity']>;

/** From request to row: where it narrows, what differs, and what the user's own probes said. Empty where nobody was asked. */
export const integritySection: Section = (pages, catalog) => {
  const told = pages.filter(({ run }) => run.integrity !== null || run.integrityProbes.length > 0);
  if (told.length === 0) return blocks();
  return blocks(
    heading(3, catalog.incident.headings.integrity),
    ...told.map((page) =>
      blocks(pages.length === 1 ? '' : `**${page.title}**`, ledger(page, catalog), probeTable(page, catalog)),
    ),
  );
};

const ledger = ({ run }: RunPage, catalog: Catalog): Block =>
  run.integrity === null
    ? blocks()
    : blocks(
        chainTable(run, run.integrity, catalog),
        bullets([
          ...settledLines(run.integrity, catalog),
          ...differenceLines(run, run.integrity, catalog),
          ...clientLines(run.integrity, catalog),
        ]),
      );

const chainTable = (run: RunReport, { chain }: Integrity, catalog: Catalog): Block => {
  const { integrity: words } = catalog.incident;
  const { messages } = catalog.formats;
  return table(
    words.columns,
    chain.map(({ step, service, observed, by, narrowedBy }) => [
      words.steps[step],
      shown(
        service,
        (count) => `${messages(count)} ${tagOf(run, catalog)(`integrity.${step}`, 'measured')}`,
      ) ?? catalog.notMeasured,
      observed === null || by === null
        ? '-'
        : `${words.observers[by]} ${messages(observed)} ${tag(by === 'k6' ? 'measured' : 'computed', catalog)}`,
      shown(narrowedBy, (count) => `${words.narrowed(count)} ${tag('computed', catalog)}`) ?? '-',
    ]),
  );
};

const settledLines = ({ drained, reason }: Integrity, catalog: Catalog): string[] =>
  drained === false
    ? [catalog.incident.integrity.notDrained(reasonText(reason ?? undefined, catalog, inLine))]
    : [];

const differences: readonly DifferenceName[] = [
  'lost',
  'duplicates',
  'oversold',
  'phantom',
  'deadLettered',
  'overAdmitted',
  'revoked',
];

const differenceLines = (run: RunReport, integrity: Integrity, catalog: Catalog): string[] => {
  const { integrity: words } = catalog.incident;
  const lines = differences.flatMap((name) => {
    const count = integrity[name];
    if (!count) return [];
    const ids = idsOf(integrity, name);
    const value = `${catalog.formats.messages(count)} ${tagOf(run, catalog)(`integrity.${name}`, 'measured')}`;
    return [
      words.difference(words.differences[name], value, ids.map(codeSpan), Math.max(0, count - ids.length)),
    ];
  });
  return lines.length === 0 ? [words.noDifferences(integrity.drained !== false)] : lines;
};

const idsOf = ({ ids }: Integrity, name: DifferenceName): readonly string[] =>
  Object.hasOwn(ids, name) ? ids[name as keyof typeof ids] : [];

const clientLines = ({ clients }: Integrity, catalog: Catalog): string[] => {
  if (clients === null) return [];
  const { integrity: words } = catalog.incident;
  const { messages } = catalog.formats;
  const [measured, computed] = [tag('measured', catalog), tag('computed', catalog)];
  const unlessNone = (value: number | null): string | undefined => (value ? messages(value) : undefined);
  const { unknown, lostAtLeast, phantomAtLeast } = clients;
  return [
    words.told(
      {
        accepted: messages(clients.accepted),
        refused: messages(clients.refused),
        unknown: shown(unknown, messages),
        interrupted: unlessNone(clients.interrupted),
      },
      measured,
    ),
    ...(unknown
      ? [
          words.unknownSplit(
            messages(unknown),
            shown(clients.unknownIssued, messages),
            shown(clients.unknownNotIssued, messages),
            unlessNone(clients.unknownUndecided),
            computed,
          ),
        ]
      : []),
    ...(lostAtLeast ? [words.lostAtLeast(messages(lostAtLeast), computed)] : []),
    ...(phantomAtLeast ? [words.phantomAtLeast(messages(phantomAtLeast), computed)] : []),
  ];
};

const queryCharacters = 160;

const probeTable = ({ run }: RunPage, catalog: Catalog): Block => {
  if (run.integrityProbes.length === 0) return blocks();
  const { integrity: words } = catalog.incident;
  const { number } = catalog.formats;
  return table(
    words.probeColumns,
    run.integrityProbes.map((probe, index) => {
      const kind = run.provenance[`integrityProbes.${index}.value`]?.kind ?? 'measured';
      const reason = reasonText(probe.reason ?? undefined, catalog, inTable);
      const value = shown(probe.value, (judged) =>
        probe.difference ? words.added(number(judged)) : number(judged),
      );
      const rule = run.rules.find(
        ({ rule: id, metric }) => id === 'integrity-probe' && metric === `integrity_probe{probe:${probe.id}}`,
      );
      return [
        codeInTable(probe.id),
        codeInTable(probe.source),
        codeInTable(
          probe.query.length > queryCharacters ? `${probe.query.slice(0, queryCharacters)}…` : probe.query,
        ),
        shown(probe.before, number) ?? '-',
        shown(probe.after, number) ?? '-',
        value === undefined
          ? `${catalog.notMeasured}${reason === undefined ? '' : ` (${reason})`}`
          : `${value} ${tag(kind, catalog)}`,
        codeInTable(probe.expression),
        rule === undefined ? '-' : `${outcomeMark[rule.outcome]} ${catalog.outcome[rule.outcome]}`,
      ];
    }),
  );
};
