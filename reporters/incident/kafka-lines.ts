import type { KafkaGroupReport, RunReport } from '../../core/report-document.ts';
import type { Catalog, ProvenanceKind } from '../locales/catalog.ts';
import { provenanceKind, tag } from '../wording.ts';
import { codeSpan } from './markdown.ts';
import { pictureLines } from './resource-lines.ts';
import type { RunPage } from './section.ts';

/** How long producing and consuming took, per group, in the manner of the report this one descends from. */
export const kafkaLines = (page: RunPage, catalog: Catalog): string => {
  const { results } = catalog.incident;
  const { groups } = page.run.kafka;
  return [
    `- ${results.kafka}`,
    ...pictureLines(page, ['lag'], catalog),
    ...(groups.length === 0 ? [`    - ${results.noKafka}`] : []),
    ...groups.flatMap((group, index) => groupLines(group, index, page.run, catalog, groups.length > 1)),
  ].join('\n');
};

const groupLines = (
  group: KafkaGroupReport,
  index: number,
  run: RunReport,
  catalog: Catalog,
  isOneOfMany: boolean,
): string[] => {
  const { results } = catalog.incident;
  const tagOf = (figure: string, fallback: ProvenanceKind): string =>
    tag(provenanceKind(run, `kafka.groups.${index}.${figure}`, fallback), catalog);
  const peakAt = group.peakLagAtMs === null ? undefined : catalog.formats.elapsed(group.peakLagAtMs);
  const rates = results.rates(group, tagOf('produceRatePerSecond', 'computed'));
  const uncounted = group.perPartition.filter(({ state }) => state !== 'ok').length;
  return [
    ...(isOneOfMany ? [`    - ${results.kafkaGroup(codeSpan(group.group), codeSpan(group.topic))}`] : []),
    '    - Produce',
    `        - ${results.produce(group, tagOf('produceDurationMs', 'computed'))}`,
    '    - Consume',
    `        - ${results.consume(group, {
      main: tagOf('consumeDurationMs', 'computed'),
      estimated: tagOf('consumeDurationEstimateMs', 'estimated'),
    })}`,
    '    - Lag',
    `        - ${results.lag(group, peakAt, (figure) => tagOf(figure, 'measured'))}`,
    ...(rates === undefined ? [] : [`        - ${rates}`]),
    ...(uncounted === 0 ? [] : [`        - ${results.uncountedPartitions(uncounted)}`]),
  ];
};
