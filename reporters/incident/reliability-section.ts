import { clockSources, type RunReport } from '../../core/report-document.ts';
import type { Catalog } from '../locales/catalog.ts';
import { mainGroup, mainGroupPath } from '../main-group.ts';
import { checkFigures, checkText, reasonText, tag, tagOf } from '../wording.ts';
import { type Block, blocks, heading, table } from './block.ts';
import { codeInTable, inTable } from './markdown.ts';
import { ambiguousTable } from './saved-output.ts';
import { isMadeOfSavedOutput, spanText, type RunPage, type Section } from './section.ts';

/** How well the runs were observed, and whether their numbers agree with each other. */
export const reliabilitySection: Section = (pages, catalog) =>
  blocks(
    ...(isMadeOfSavedOutput(pages)
      ? [catalog.incident.savedOutput.notWatched, ambiguousTable(pages, catalog)]
      : [
          table(
            [catalog.incident.reliability.item, ...pages.map(({ title }) => title)],
            observationRows(pages, catalog),
          ),
          gapTable(pages, catalog),
        ]),
    heading(3, catalog.incident.headings.consistency),
    checkTable(pages, catalog),
  );

const observationRows = (pages: readonly RunPage[], catalog: Catalog): string[][] => {
  const { rows, late } = catalog.incident.reliability;
  const { formats } = catalog;
  const cells: readonly (readonly [string, (run: RunReport) => string])[] = [
    [rows.interval, ({ measurement }) => formats.duration(measurement.intervalMs)],
    ...(pages.every(({ run }) => run.reconstruction !== null)
      ? []
      : [
          [rows.ticks, ({ measurement }: RunReport) => formats.count(measurement.ticks)] as const,
          [
            rows.late,
            ({ measurement }: RunReport) =>
              late(measurement.lateTicks, measurement.p99LateMs, measurement.maxLateMs),
          ] as const,
        ]),
    [rows.offsets, ({ kafka }) => formats.count(sum(kafka.groups.map(({ samples }) => samples)))],
    [
      rows.clamped,
      ({ kafka }) => formats.count(sum(kafka.groups.map(({ clampedSamples }) => clampedSamples))),
    ],
    [rows.drainInterval, (run) => drainInterval(run, catalog)],
    ...clockRows(pages, catalog),
    ...ageRow(pages, catalog),
    [rows.unreadable, ({ measurement }) => formats.count(measurement.unreadableLines)],
    [rows.gaps, ({ measurement }) => formats.count(measurement.gaps.length)],
  ];
  return cells.map(([label, cell]) => [label, ...pages.map(({ run }) => cell(run))]);
};

type Row = readonly [label: string, cell: (run: RunReport) => string];

/** The clocks that were to be read in any of the runs. */
const clockRows = (pages: readonly RunPage[], catalog: Catalog): Row[] => {
  const { reliability } = catalog.incident;
  return clockSources
    .filter((source) =>
      pages.some(({ run }) => run.measurement.clocks.some((each) => each.source === source)),
    )
    .map((source): Row => [
      reliability.clock[source],
      ({ measurement }) => {
        const clock = measurement.clocks.find((each) => each.source === source);
        if (clock === undefined) return '-';
        if (clock.lowMs === null || clock.highMs === null) return notMeasured(clock.reason, catalog);
        return `${reliability.interval(signed(clock.lowMs, catalog), signed(clock.highMs, catalog))} ${tag('computed', catalog)}`;
      },
    ]);
};

const signed = (ms: number, { formats }: Catalog): string =>
  `${ms < 0 ? '-' : '+'}${formats.latency(Math.round(Math.abs(ms)))}`;

/** The query whose samples were the oldest. */
const ageRow = (pages: readonly RunPage[], catalog: Catalog): Row[] => {
  const { reliability } = catalog.incident;
  if (pages.every(({ run }) => run.measurement.queries.length === 0)) return [];
  return [
    [
      reliability.sampleAge,
      ({ measurement: { queries } }) => {
        const [oldest] = queries.toSorted((left, right) => (right.maxAgeMs ?? -1) - (left.maxAgeMs ?? -1));
        if (oldest === undefined) return '-';
        if (oldest.maxAgeMs === null) return notMeasured(oldest.reason, catalog);
        const { query, staleReadings, readings } = oldest;
        const age = catalog.formats.latency(oldest.maxAgeMs);
        return `${reliability.oldest(age, codeInTable(query), staleReadings, readings)} ${tag('computed', catalog)}`;
      },
    ],
  ];
};

const notMeasured = (reason: string | null, catalog: Catalog): string => {
  const why = reasonText(reason ?? undefined, catalog, inTable);
  return why === undefined ? catalog.notMeasured : `${catalog.notMeasured} (${why})`;
};

const drainInterval = (run: RunReport, catalog: Catalog): string => {
  const { formats, incident, notMeasured } = catalog;
  const drain = mainGroup(run)?.drain;
  if (drain?.lowMs == null) return notMeasured;
  const low = formats.duration(drain.lowMs);
  const text =
    drain.highMs === null
      ? incident.impact.atLeast(low)
      : incident.reliability.interval(low, formats.duration(drain.highMs));
  return `${text} ${tagOf(run, catalog, mainGroupPath(run))('drain.lowMs', 'computed')}`;
};

const gapTable = (pages: readonly RunPage[], catalog: Catalog): Block | string => {
  const { reliability } = catalog.incident;
  const rows = pages.flatMap(({ run, title }) =>
    run.measurement.gaps.map(({ source, fromMs, toMs, reason }) => [
      title,
      codeInTable(source),
      spanText(fromMs, toMs, catalog),
      reasonText(reason, catalog, inTable) ?? '-',
    ]),
  );
  return rows.length === 0 ? reliability.noGaps : table(reliability.gapColumns, rows);
};

const checkTable = (pages: readonly RunPage[], catalog: Catalog): Block | string => {
  const { reliability } = catalog.incident;
  const rows = pages.flatMap(({ run, title }) =>
    run.consistency.map(({ check, ok, facts }) => [
      title,
      checkText(check, catalog, inTable),
      ok ? `✅ ${reliability.checkOk}` : `❌ ${reliability.checkFailed}`,
      checkFigures(check, facts, catalog, inTable) || '-',
    ]),
  );
  return rows.length === 0 ? reliability.noChecks : table(reliability.checkColumns, rows);
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
