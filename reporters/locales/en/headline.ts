import type { KafkaGroupReport, RunReport } from '../../../core/report-document.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { enFormats as format } from './formats.ts';

export const enHeadline = ({ load }: RunReport, group: KafkaGroupReport | undefined): string =>
  joinParts(
    [
      load === null || load.requests === null
        ? 'The load was not measured'
        : joinParts([
            `${format.count(load.requests)} requests`,
            shown(load.requestsPerSecond, format.perSecond),
            shown(load.failedRequests, (failed) => `${format.count(failed)} failed`),
            shown(load.httpReqDurationMs.p95, (p95) => `p95 ${format.latency(p95)}`),
            shown(load.droppedIterations, (dropped) => `${format.count(dropped)} dropped iterations`),
          ]),
      group === undefined
        ? undefined
        : joinParts([
            shown(group.producedMessages, (value) => `${format.count(value)} messages produced`),
            shown(group.consumeDurationMs, (ms) => `all consumed in ${format.duration(ms)}`) ??
              joinParts([
                shown(
                  group.finalLagMessages,
                  (value) => `${format.count(value)} not consumed when watching ended`,
                ),
                shown(group.consumeDurationLowMs, (ms) => `consuming takes at least ${format.duration(ms)}`),
                shown(group.consumeDurationEstimateMs, (ms) => `about ${format.duration(ms)} [estimated]`),
              ]),
          ]),
    ],
    '; ',
  );
