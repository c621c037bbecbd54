import type { KafkaGroupReport, RunReport } from '../../../core/report-document.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { koFormats as format } from './formats.ts';

export const koHeadline = (run: RunReport, group: KafkaGroupReport | undefined): string =>
  joinParts([loadSentence(run), group === undefined ? undefined : kafkaSentence(group)], ' ');

const loadSentence = (run: RunReport): string => {
  const { load } = run;
  if (load === null || load.requests === null) return '부하 결과가 측정되지 않음.';
  const phase = run.phases.find((phase) => phase.name === 'load');
  const duration = phase?.toMs == null ? undefined : format.duration(phase.toMs - phase.fromMs);
  const rate = shown(load.requestsPerSecond, format.perSecond);
  const failed =
    load.failedRequests === null || load.requests === 0
      ? undefined
      : `실패 ${format.percent((load.failedRequests / load.requests) * 100)}`;
  return `${joinParts([
    joinParts(
      [duration === undefined ? undefined : `${duration} 동안`, `요청 ${format.messages(load.requests)}`],
      ' ',
    ),
    rate,
    failed,
    shown(load.httpReqDurationMs.p95, (p95) => `p95 ${format.latency(p95)}`),
    load.droppedIterations === null || load.droppedIterations === 0
      ? undefined
      : `시작하지 못한 반복 ${format.messages(load.droppedIterations)}`,
  ])}.`;
};

const kafkaSentence = (group: KafkaGroupReport): string => {
  const produced = shown(group.producedMessages, (value) => `발행 ${format.messages(value)}`);
  const produceDuration = shown(group.produceDurationMs, (ms) => `${format.duration(ms)}에 걸쳐 발행`);
  return `${joinParts([joinParts([produced, produceDuration], ', '), consumed(group)])}.`;
};

const consumed = (group: KafkaGroupReport): string => {
  switch (group.drain.state) {
    case 'drained':
      return joinParts([
        shown(group.consumeDurationMs, (ms) => `소비 완료까지 ${format.duration(ms)}`),
        shown(group.drain.ms, (ms) => `부하 종료 후 ${format.duration(ms)} 만에 랙 해소`),
      ]);
    case 'no-backlog':
      return joinParts([
        shown(group.consumeDurationMs, (ms) => `소비 완료까지 ${format.duration(ms)}`),
        '부하 종료 시점에 적체 없음',
      ]);
    case 'timed-out':
      return joinParts([
        `관측 종료 시점까지 ${shown(group.finalLagMessages, format.messages) ?? '일부'} 미소비`,
        shown(group.consumeDurationLowMs, (ms) => `소비 완료까지 최소 ${format.duration(ms)} 이상`),
        shown(group.consumeDurationEstimateMs, (ms) => `추정 ${format.duration(ms)} [추정]`),
      ]);
    case 'unknown':
      return '소비 완료 여부는 측정되지 않음';
  }
};
