import type { KafkaGroupReport, RunReport } from '../../core/report-document.ts';
import type { Catalog, ProvenanceKind } from '../locales/catalog.ts';
import { tagOf } from '../wording.ts';
import { blocks, table, type Block } from './block.ts';
import { codeSpan } from './markdown.ts';
import { orNotMeasured, type RunPage } from './section.ts';

type Partition = KafkaGroupReport['perPartition'][number];

const mostRows = 20;

/** Each partition's peaks and when it was drained, of groups that read more than one; of very many, those with the highest lag. */
export const partitionsTable = ({ run }: RunPage, catalog: Catalog): Block => {
  const { partitionColumns, partitionsOf, partitionsLeftOut } = catalog.incident.results;
  return blocks(
    ...run.kafka.groups.flatMap((group, index) => {
      if (group.perPartition.length < 2) return [];
      const rows = shownOf(group.perPartition);
      return [
        partitionsOf(codeSpan(group.group), codeSpan(group.topic)),
        table(
          partitionColumns,
          rows.map((partition) => rowOf(partition, run, index, catalog)),
        ),
        rows.length < group.perPartition.length
          ? partitionsLeftOut(rows.length, group.perPartition.length)
          : undefined,
      ];
    }),
  );
};

const shownOf = (partitions: readonly Partition[]): readonly Partition[] =>
  partitions.length <= mostRows
    ? partitions
    : partitions
        .toSorted((left, right) => (right.peakLagMessages ?? -1) - (left.peakLagMessages ?? -1))
        .slice(0, mostRows);

const rowOf = (partition: Partition, run: RunReport, groupIndex: number, catalog: Catalog): string[] => {
  const { formats } = catalog;
  const tag = (kind: ProvenanceKind): string =>
    tagOf(run, catalog)(`kafka.groups.${groupIndex}.perPartition`, kind);
  const tagged = (value: number | null, format: (value: number) => string): string =>
    orNotMeasured(value, (known) => `${format(known)} ${tag('computed')}`, catalog);
  const { completionDelayMs: delay } = partition;
  return [
    String(partition.partition),
    tagged(partition.peakLagMessages, formats.messages),
    tagged(partition.peakTimeLagMs, formats.duration),
    delay.p95 === null && delay.atLeast.p95 !== null
      ? `${catalog.incident.impact.atLeast(formats.duration(delay.atLeast.p95))} ${tag('computed')}`
      : tagged(delay.p95, formats.duration),
    drainText(partition, catalog, tagged),
  ];
};

/** A time-out is a lower bound, and never a measurement. */
const drainText = (
  { drain }: Partition,
  { formats, incident }: Catalog,
  tagged: (value: number | null, format: (value: number) => string) => string,
): string => {
  if (drain.state === 'no-backlog') return incident.results.noBacklog;
  return drain.state === 'timed-out'
    ? tagged(drain.lowMs, (ms) => incident.impact.atLeast(formats.duration(ms)))
    : tagged(drain.ms, formats.duration);
};
