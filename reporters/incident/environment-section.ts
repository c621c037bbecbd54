import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { faultTexts } from './fault-texts.ts';
import { table, type Block } from './block.ts';
import { codeInTable, escapeText, inTable } from './markdown.ts';
import { isMadeOfSavedOutput, orNotMeasured, type RunPage, type Section } from './section.ts';

type Row = readonly [label: string, cell: (run: RunReport) => string];

const loadRows = (catalog: Catalog): Row[] => {
  const words = catalog.incident.environment;
  const given = (value: string | null): string => (value === null ? words.none : codeInTable(value));
  return [
    [
      words.rows.startedAt,
      ({ startedAt }) =>
        startedAt === null ? catalog.notMeasured : catalog.formats.dateTime(Date.parse(startedAt)),
    ],
    [words.rows.duration, ({ durationMs }) => orNotMeasured(durationMs, catalog.formats.duration, catalog)],
    [words.rows.script, (run) => given(run.script)],
    [words.rows.target, (run) => given(run.targetUrl)],
    [words.rows.profile, (run) => given(run.profile)],
    [
      words.rows.timeScale,
      (run) => (run.timeScale === 1 ? words.unscaled : words.scaled(catalog.formats.number(run.timeScale))),
    ],
    [words.rows.shape, (run) => shapes(run, catalog)],
  ];
};

const periodRow = ({ formats, incident: { environment } }: Catalog): Row => [
  environment.rows.period,
  ({ reconstruction }) =>
    reconstruction === null
      ? '-'
      : environment.period(
          formats.dateTime(Date.parse(reconstruction.from)),
          formats.dateTime(Date.parse(reconstruction.to)),
        ),
];

/** What was tested with what; one column a run. */
export const environmentSection: Section = (pages, catalog, report) => {
  if (isMadeOfSavedOutput(pages)) return savedEnvironment(pages, catalog, report);
  const words = catalog.incident.environment;
  const rows: readonly Row[] = [
    ...(pages.every(({ run }) => run.reconstruction !== null) ? [] : loadRows(catalog)),
    ...(pages.every(({ run }) => run.reconstruction === null) ? [] : [periodRow(catalog)]),
    [words.rows.brokers, (run) => listed(run.environment.kafkaBrokers.map(codeInTable), words.none)],
    [
      words.rows.groups,
      (run) =>
        listed(
          run.kafka.groups.map((group) =>
            words.group(codeInTable(group.group), codeInTable(group.topic), group.partitions),
          ),
          words.none,
        ),
    ],
    [words.rows.interval, (run) => catalog.formats.duration(run.measurement.intervalMs)],
    ...(pages.every(({ run }) => run.faults.length === 0)
      ? []
      : [
          [
            words.rows.faults,
            (run: RunReport) => listed(faultTexts(run, catalog, inTable), words.none),
          ] as const,
        ]),
    [words.rows.machine, (run) => machineText(run, catalog)],
    [words.rows.os, ({ environment: { os } }) => (os === null ? catalog.notMeasured : escapeText(os))],
  ];
  return rowTable(rows, pages, catalog);
};

/** Of saved output: what it says of the load, and that nothing else was watched. */
const savedEnvironment: Section = (pages, catalog) => {
  const words = catalog.incident.environment;
  const { notMeasured } = catalog;
  const saved = catalog.incident.savedOutput;
  const kept = [words.rows.startedAt, words.rows.duration, words.rows.script, words.rows.shape];
  return rowTable(
    [
      [saved.row, ({ savedOutput }) => savedPlace(savedOutput, catalog)],
      ...loadRows(catalog).filter(([label]) => kept.includes(label)),
      ...[words.rows.groups, words.rows.machine, words.rows.os].map((label): Row => [
        label,
        () => notMeasured,
      ]),
    ],
    pages,
    catalog,
  );
};

const savedPlace = (saved: RunReport['savedOutput'], { incident }: Catalog): string =>
  saved === null
    ? incident.environment.none
    : incident.savedOutput.place(
        codeInTable(saved.file),
        incident.savedOutput.formats[saved.format],
        saved.part,
        saved.parts,
      );

const machineText = (
  { environment: { cpuModel, cpuCores, memoryBytes } }: RunReport,
  { formats, notMeasured, incident: { environment } }: Catalog,
): string =>
  cpuModel === null || cpuCores === null || memoryBytes === null
    ? notMeasured
    : environment.machine(escapeText(cpuModel), cpuCores, formats.bytes(memoryBytes));

const rowTable = (rows: readonly Row[], pages: readonly RunPage[], catalog: Catalog): Block =>
  table(
    [catalog.incident.environment.item, ...pages.map(({ title }) => title)],
    rows.map(([label, cell]) => [label, ...pages.map(({ run }) => cell(run))]),
  );

const shapes = (run: RunReport, { incident: { environment } }: Catalog): string =>
  listed(
    (run.load?.scenarios ?? []).map(({ executor, peakRatePerSecond, maxVUs, durationMs }) =>
      environment.scenarioShape(codeInTable(executor), peakRatePerSecond, maxVUs, durationMs),
    ),
    environment.none,
  );

const listed = (items: readonly string[], none: string): string =>
  items.length === 0 ? none : items.join('<br>');
