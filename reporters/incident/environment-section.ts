import type { RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { faultTexts } from './fault-texts.ts';
import { table } from './block.ts';
import { codeInTable, escapeText, inTable } from './markdown.ts';
import type { Section } from './section.ts';

type Row = readonly [label: string, cell: (run: RunReport) => string];

const loadRows = (catalog: Catalog): Row[] => {
  const words = catalog.incident.environment;
  const given = (value: string | null): string => (value === null ? words.none : codeInTable(value));
  return [
    [words.rows.startedAt, (run) => catalog.formats.dateTime(Date.parse(run.startedAt))],
    [words.rows.duration, (run) => catalog.formats.duration(run.durationMs)],
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
export const environmentSection: Section = (pages, catalog) => {
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
    [
      words.rows.machine,
      ({ environment }) =>
        words.machine(
          escapeText(environment.cpuModel),
          environment.cpuCores,
          catalog.formats.bytes(environment.memoryBytes),
        ),
    ],
    [words.rows.os, ({ environment }) => escapeText(environment.os)],
  ];
  return table(
    [words.item, ...pages.map(({ title }) => title)],
    rows.map(([label, cell]) => [label, ...pages.map(({ run }) => cell(run))]),
  );
};

const shapes = (run: RunReport, { incident: { environment } }: Catalog): string =>
  listed(
    (run.load?.scenarios ?? []).map(({ executor, peakRatePerSecond, maxVUs, durationMs }) =>
      environment.scenarioShape(codeInTable(executor), peakRatePerSecond, maxVUs, durationMs),
    ),
    environment.none,
  );

const listed = (items: readonly string[], none: string): string =>
  items.length === 0 ? none : items.join('<br>');
