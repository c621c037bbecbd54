import type { KafkaGroupReport } from '../../../core/report-document.ts';
import type { IncidentWords } from '../incident-words.ts';
import { joinTagged } from '../tagged.ts';
import { peakAboveMean } from '../peak-rate.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { enDrainStart } from './drain-start.ts';
import { enFormats as format } from './formats.ts';

/** How the report says that producing and consuming took so long; a lower bound is never written as a measurement. */
export const enKafka: Pick<
  IncidentWords['results'],
  | 'produce'
  | 'consume'
  | 'lag'
  | 'rates'
  | 'forecast'
  | 'slowestPartition'
  | 'timeLag'
  | 'uncountedPartitions'
  | 'partitionColumns'
  | 'partitionsOf'
  | 'noBacklog'
  | 'partitionsLeftOut'
> = {
  produce: (group, tag) =>
    shown(
      group.produceDurationMs,
      (ms) => `Producing all messages took about ${format.duration(ms)} ${tag}`,
    ) ?? 'How long producing took was not measured',
  consume: (group, tags) =>
    shown(
      group.consumeDurationMs,
      (ms) => `Consuming all messages took about ${format.duration(ms)} ${tags.main}`,
    ) ??
    (group.drain.state === 'timed-out'
      ? joinParts([
          `Consuming all messages takes at least ${shown(group.consumeDurationLowMs, format.duration) ?? '?'} (not done when watching ended) ${tags.main}`,
          shown(group.consumeDurationEstimateMs, (ms) => `about ${format.duration(ms)} ${tags.estimated}`),
        ])
      : 'How long consuming took was not measured'),
  lag: (group, peakAt, tagOf) =>
    group.peakLagMessages === null
      ? 'Lag was not measured'
      : joinTagged([
          [
            `at most ${format.count(group.peakLagMessages)}${peakAt === undefined ? '' : ` (at ${peakAt})`}`,
            tagOf('peakLagMessages'),
          ],
          [
            shown(
              group.lagAtLoadEndMessages,
              (lag) => `${format.count(lag)} at ${enDrainStart[group.drain.since]}`,
            ),
            tagOf('lagAtLoadEndMessages'),
          ],
          [
            shown(group.finalLagMessages, (lag) => `${format.count(lag)} at the end`),
            tagOf('finalLagMessages'),
          ],
        ]),
  rates: (group, tag) => {
    const found = joinParts([
      shown(group.produceRatePerSecond, (rate) => `mean λ ${format.perSecond(rate)}`),
      shown(peakAboveMean(group), (rate) => `fastest arrivals ${format.perSecond(rate)}`),
      shown(group.consumeRatePerSecond, (rate) => `μ ${format.perSecond(rate)}`),
      shown(group.utilization, (rho) => `ρ ${format.number(rho)}`),
    ]);
    return found === '' ? undefined : `${found} ${tag}`;
  },
  forecast: ({ forecast, drain }, tag) => {
    const made = forecast?.atLoadEnd;
    if (!made) return undefined;
    const percent = format.percent((forecast?.confidence ?? 0) * 100);
    const seen =
      shown(drain.ms, (ms) => `; it took ${format.duration(ms)}`) ??
      shown(drain.lowMs, (ms) => `; it takes at least ${format.duration(ms)}`) ??
      '';
    return `Drain time foretold at ${enDrainStart[drain.since]}: ${format.duration(made.drainMs)} (${percent} interval ${format.duration(made.drainLowMs)} to ${format.duration(made.drainHighMs)})${seen} ${tag}`;
  },
  timeLag: ({ peakTimeLag }, tag) =>
    peakTimeLag === null || peakTimeLag.ms === 0
      ? undefined
      : `the oldest message that waited had been produced ${format.duration(peakTimeLag.ms)} before (±${format.duration((peakTimeLag.highMs - peakTimeLag.lowMs) / 2)}, at ${format.elapsed(peakTimeLag.atMs)}${basisOf(peakTimeLag)}) ${tag}`,
  slowestPartition: ({ partitions, drain, perPartition }, tag) => {
    if (partitions < 2 || drain.slowestPartition === null) return undefined;
    const slowest = perPartition.find(({ partition }) => partition === drain.slowestPartition);
    return drain.state === 'timed-out'
      ? `Partition ${drain.slowestPartition} has most left${shown(slowest?.finalLagMessages ?? null, (lag) => ` (${format.count(lag)})`) ?? ''} ${tag}`
      : `Partition ${drain.slowestPartition} was emptied last ${tag}`;
  },
  partitionColumns: ['Partition', 'Peak lag', 'Peak time lag', 'Completion delay p95', 'Drained after'],
  partitionsOf: (group, topic) => `Partitions of ${topic}, read by ${group}`,
  noBacklog: 'no backlog',
  partitionsLeftOut: (shown, all) =>
    `The ${shown} partitions with the highest peak lag. All ${all} are in perPartition of report.json.`,
  uncountedPartitions: (count) => `${count} partitions whose lag is not a number are left out`,
};

/** By whose timestamps the age is; nothing is said of one by our own clock. */
const basisOf = ({ method, clock }: NonNullable<KafkaGroupReport['peakTimeLag']>): string => {
  if (method === 'list-offsets') return ', by offsets looked up by record timestamp';
  if (method !== 'record-timestamp') return '';
  return `, by the timestamp that the ${clock === 'broker' ? 'broker' : 'producer'} gave it`;
};
