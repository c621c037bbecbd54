import type { Catalog, HeadlineTags } from '../catalog.ts';
import type { KafkaGroupReport } from '../../../core/report-document.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { joinTagged, type Tagged } from '../tagged.ts';
import { enFormats as format } from './formats.ts';

export const enHeadline: Catalog['headline'] = ({ load, reconstruction }, group, tags) => {
  const figure = (
    key: 'requests' | 'requestsPerSecond' | 'failedRequests' | 'droppedIterations',
    write: (value: number) => string,
  ): Tagged => [shown(load?.[key], write), tags.run(`load.${key}`, 'measured')];
  return joinParts(
    [
      reconstruction !== null
        ? undefined
        : load === null || load.requests === null
          ? 'The load was not measured'
          : joinTagged([
              figure('requests', (value) => `${format.count(value)} requests`),
              figure('requestsPerSecond', format.perSecond),
              figure('failedRequests', (value) => `${format.count(value)} failed`),
              [
                shown(load.httpReqDurationMs.p95, (p95) => `p95 ${format.latency(p95)}`),
                tags.run('load.httpReqDurationMs.p95', 'measured'),
              ],
              ...(load.droppedIterations === 0
                ? []
                : [figure('droppedIterations', (value) => `${format.count(value)} dropped iterations`)]),
            ]),
      group === undefined ? undefined : kafkaSentence(group, tags),
    ],
    '; ',
  );
};

const kafkaSentence = (group: KafkaGroupReport, tags: HeadlineTags): string =>
  joinTagged([
    [
      shown(group.producedMessages, (value) => `${format.count(value)} messages produced`),
      tags.group('producedMessages', 'measured'),
    ],
    ...(group.consumeDurationMs === null
      ? unfinished(group, tags)
      : [
          [
            `all consumed in ${format.duration(group.consumeDurationMs)}`,
            tags.group('consumeDurationMs', 'computed'),
          ] as const,
        ]),
  ]);

const unfinished = (group: KafkaGroupReport, tags: HeadlineTags): readonly Tagged[] => [
  [
    shown(group.finalLagMessages, (value) => `${format.count(value)} not consumed when watching ended`),
    tags.group('finalLagMessages', 'measured'),
  ],
  [
    shown(group.consumeDurationLowMs, (ms) => `consuming takes at least ${format.duration(ms)}`),
    tags.group('consumeDurationLowMs', 'computed'),
  ],
  [
    shown(group.consumeDurationEstimateMs, (ms) => `about ${format.duration(ms)}`),
    tags.group('consumeDurationEstimateMs', 'estimated'),
  ],
];
