import type { KafkaGroupReport, RunReport } from '../../core/report-document.ts';
import type { Catalog, ProvenanceKind } from '../locales/catalog.ts';
import { provenanceKind, tag } from '../wording.ts';
import { bullets, type Block, type ListItem } from './block.ts';
import { codeSpan } from './markdown.ts';
import { picturesOf } from './resource-lines.ts';
import type { RunPage } from './section.ts';

/** How long producing and consuming took, per group, in the manner of the report this one descends from. */
export const kafkaLines = (page: RunPage, catalog: Catalog): Block => {
  const { results } = catalog.incident;
  const { groups } = page.run.kafka;
  return bullets([
    {
      text: results.kafka,
      pictures: picturesOf(page, ['lag', 'time-lag'], catalog),
      items:
        groups.length === 0
          ? [results.noKafka]
          : groups.flatMap((group, index) => groupItems(group, index, page.run, catalog, groups.length > 1)),
    },
  ]);
};

const groupItems = (
  group: KafkaGroupReport,
  index: number,
  run: RunReport,
  catalog: Catalog,
  isOneOfMany: boolean,
): ListItem[] => {
  const { results } = catalog.incident;
  const tagOf = (figure: string, fallback: ProvenanceKind): string =>
    tag(provenanceKind(run, `kafka.groups.${index}.${figure}`, fallback), catalog);
  const peakAt = group.peakLagAtMs === null ? undefined : catalog.formats.elapsed(group.peakLagAtMs);
  const rates = results.rates(group, tagOf('produceRatePerSecond', 'computed'));
  const uncounted = group.perPartition.filter(({ finalLagMessages }) => finalLagMessages === null).length;
  return [
    ...(isOneOfMany ? [results.kafkaGroup(codeSpan(group.group), codeSpan(group.topic))] : []),
    { text: 'Produce', items: [results.produce(group, tagOf('produceDurationMs', 'computed'))] },
    {
      text: 'Consume',
      items: [
        results.consume(group, {
          main: tagOf('consumeDurationMs', 'computed'),
          estimated: tagOf('consumeDurationEstimateMs', 'estimated'),
        }),
        results.forecast(group, tagOf('forecast', 'estimated')),
        results.slowestPartition(group, tagOf('drain.slowestPartition', 'computed')),
      ].filter((text) => text !== undefined),
    },
    {
      text: 'Lag',
      items: [
        results.lag(group, peakAt, (figure) => tagOf(figure, 'measured')),
        ...[results.timeLag(group, tagOf('peakTimeLag', 'computed'))].filter((text) => text !== undefined),
        ...(rates === undefined ? [] : [rates]),
        ...(uncounted === 0 ? [] : [results.uncountedPartitions(uncounted)]),
        ...statesOf(group, catalog),
      ],
    },
  ];
};

/** What a number alone would hide: partitions whose last reading was not plain, and what no reading will show again. */
const statesOf = ({ perPartition }: KafkaGroupReport, { incident: { results } }: Catalog): string[] => {
  const unusual = perPartition.flatMap(({ state }) => (state === 'ok' ? [] : [state]));
  const counts = [...Map.groupBy(unusual, (state) => state)].map(
    ([state, all]) => [results.states[state], all.length] as const,
  );
  const lost = perPartition.reduce((sum, { lostMessages = 0 }) => sum + lostMessages, 0);
  return [
    ...(counts.length === 0 ? [] : [results.partitionStates(counts)]),
    ...(lost === 0 ? [] : [results.lostToRetention(lost)]),
  ];
};
