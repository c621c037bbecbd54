import type { KafkaGroupReport } from '../../../core/report-document.ts';
import type { IncidentWords } from '../incident-words.ts';
import { joinTagged } from '../tagged.ts';
import { peakAboveMean } from '../peak-rate.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { koDrainStart } from './drain-start.ts';
import { koFormats as format } from './formats.ts';

/** How the report says that producing and consuming took so long; a lower bound is never written as a measurement. */
export const koKafka: Pick<
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
  produce: (group, tag) => {
    if (group.produceDurationMs === null) return '모든 메세지 발행에 걸린 시간은 측정되지 않음';
    const messages = shown(group.producedMessages, (value) => ` (${format.messages(value)})`) ?? '';
    return `모든 메세지 발행에 약 ${format.duration(group.produceDurationMs)} 소요${messages} ${tag}`;
  },
  consume: (group, tags) => {
    if (group.consumeDurationMs !== null) {
      const start = koDrainStart[group.drain.since];
      const after =
        group.drain.state === 'no-backlog'
          ? ` (${start} 시점에 적체 없음)`
          : (shown(group.drain.ms, (ms) => ` (${start} 후 ${format.duration(ms)} 만에 랙 해소)`) ?? '');
      return `모든 메세지 소비에 약 ${format.duration(group.consumeDurationMs)} 소요${after} ${tags.main}`;
    }
    if (group.drain.state !== 'timed-out') return '모든 메세지 소비에 걸린 시간은 측정되지 않음';
    return joinParts([
      `모든 메세지 소비에 ${shown(group.consumeDurationLowMs, (ms) => `${format.duration(ms)} 이상 소요`) ?? '걸린 시간은 측정되지 않음'} (관측 종료 시점까지 미완료) ${tags.main}`,
      shown(group.consumeDurationEstimateMs, (ms) => `예상 ${format.duration(ms)} ${tags.estimated}`),
    ]);
  },
  lag: (group, peakAt, tagOf) =>
    group.peakLagMessages === null
      ? '컨슈머 랙은 측정되지 않음'
      : joinTagged([
          [
            `최대 ${format.messages(group.peakLagMessages)}${peakAt === undefined ? '' : ` (경과 ${peakAt})`}`,
            tagOf('peakLagMessages'),
          ],
          [
            shown(
              group.lagAtLoadEndMessages,
              (lag) => `${koDrainStart[group.drain.since]} 시점 ${format.messages(lag)}`,
            ),
            tagOf('lagAtLoadEndMessages'),
          ],
          [
            shown(group.finalLagMessages, (lag) => `관측 종료 시점 ${format.messages(lag)}`),
            tagOf('finalLagMessages'),
          ],
        ]),
  rates: (group, tag) => {
    const found = joinParts([
      shown(group.produceRatePerSecond, (rate) => `발행 속도 λ 평균 ${format.perSecond(rate)}`),
      shown(peakAboveMean(group), (rate) => `가장 빨랐던 구간의 발행 속도 ${format.perSecond(rate)}`),
      shown(group.consumeRatePerSecond, (rate) => `소비 속도 μ ${format.perSecond(rate)}`),
      shown(
        group.utilization,
        (rho) => `이용률 ρ ${format.number(rho)}${rho > 1 ? ' (1을 넘어 랙이 쌓임)' : ''}`,
      ),
    ]);
    return found === '' ? undefined : `${found} ${tag}`;
  },
  forecast: ({ forecast, drain }, tag) => {
    const made = forecast?.atLoadEnd;
    if (!made) return undefined;
    const percent = format.percent((forecast?.confidence ?? 0) * 100);
    const seen =
      shown(drain.ms, (ms) => `, 실제 ${format.duration(ms)}`) ??
      shown(drain.lowMs, (ms) => `, 실제로는 ${format.duration(ms)} 이상`) ??
      '';
    return `${koDrainStart[drain.since]} 시점에 예측한 랙 해소 시간 ${format.duration(made.drainMs)} (${percent} 구간 ${format.duration(made.drainLowMs)}~${format.duration(made.drainHighMs)})${seen} ${tag}`;
  },
  timeLag: ({ peakTimeLag }, tag) =>
    peakTimeLag === null || peakTimeLag.ms === 0
      ? undefined
      : `가장 오래 밀린 메세지는 발행된 지 ${format.duration(peakTimeLag.ms)} (오차 ±${format.duration((peakTimeLag.highMs - peakTimeLag.lowMs) / 2)}, 경과 ${format.elapsed(peakTimeLag.atMs)}${basisOf(peakTimeLag)}) ${tag}`,
  slowestPartition: ({ partitions, drain, perPartition }, tag) => {
    if (partitions < 2 || drain.slowestPartition === null) return undefined;
    const slowest = perPartition.find(({ partition }) => partition === drain.slowestPartition);
    return drain.state === 'timed-out'
      ? `랙이 가장 많이 남은 파티션은 ${drain.slowestPartition}번${shown(slowest?.finalLagMessages ?? null, (lag) => ` (${format.messages(lag)})`) ?? ''} ${tag}`
      : `가장 늦게 비워진 파티션은 ${drain.slowestPartition}번 ${tag}`;
  },
  partitionColumns: ['파티션', '최대 랙', '최대로 밀린 시간', '발급 완료 지연 p95', '랙 해소까지'],
  partitionsOf: (group, topic) => `${group}의 ${topic} 파티션별`,
  noBacklog: '적체 없음',
  partitionsLeftOut: (shown, all) =>
    `랙이 가장 컸던 파티션 ${shown}개만 표시했습니다. 전체 ${all}개는 report.json의 perPartition에 있습니다.`,
  uncountedPartitions: (count) => `랙을 숫자로 셀 수 없는 파티션 ${count}개(커밋 없음 등)는 합계에서 제외됨`,
};

/** By whose timestamps the age is; nothing is said of one by our own clock. */
const basisOf = ({ method, clock }: NonNullable<KafkaGroupReport['peakTimeLag']>): string => {
  if (method === 'list-offsets') return ', 레코드 시각으로 찾은 오프셋 기준';
  if (method !== 'record-timestamp') return '';
  return `, 레코드에 ${clock === 'broker' ? '브로커' : '프로듀서'}가 찍은 시각 기준`;
};
