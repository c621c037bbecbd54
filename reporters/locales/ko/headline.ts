import type { KafkaGroupReport, RunReport } from '../../../core/report-document.ts';
import type { Catalog, HeadlineTags } from '../catalog.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { joinTagged, type Tagged } from '../tagged.ts';
import { koDrainStart } from './drain-start.ts';
import { koFormats as format } from './formats.ts';

export const koHeadline: Catalog['headline'] = (run, group, tags) =>
  joinParts(
    [
      run.reconstruction === null ? loadSentence(run, tags) : undefined,
      group === undefined ? undefined : kafkaSentence(group, tags),
    ],
    ' ',
  );

const loadSentence = (run: RunReport, tags: HeadlineTags): string => {
  const { load } = run;
  if (load === null || load.requests === null) return '부하 결과가 측정되지 않음.';
  const phase = run.phases.find((phase) => phase.name === 'load');
  const during = phase?.toMs == null ? '' : `${format.duration(phase.toMs - phase.fromMs)} 동안 `;
  const failed =
    load.failedRequests === null || load.requests === 0
      ? undefined
      : `실패 ${format.percent((load.failedRequests / load.requests) * 100)}`;
  return `${joinTagged([
    [`${during}요청 ${format.messages(load.requests)}`, tags.run('load.requests', 'measured')],
    [shown(load.requestsPerSecond, format.perSecond), tags.run('load.requestsPerSecond', 'measured')],
    [failed, tags.run('load.failedRequests', 'measured')],
    [
      shown(load.httpReqDurationMs.p95, (p95) => `p95 ${format.latency(p95)}`),
      tags.run('load.httpReqDurationMs.p95', 'measured'),
    ],
    [
      shown(load.droppedIterations || null, (value) => `시작하지 못한 반복 ${format.messages(value)}`),
      tags.run('load.droppedIterations', 'measured'),
    ],
  ])}.`;
};

const kafkaSentence = (group: KafkaGroupReport, tags: HeadlineTags): string => {
  const during = shown(group.produceDurationMs, (ms) => `${format.duration(ms)}에 걸쳐 `) ?? '';
  const produced = shown(group.producedMessages, (value) => `${during}${format.messages(value)} 발행`);
  const tag =
    during === '' ? tags.group('producedMessages', 'measured') : tags.group('produceDurationMs', 'computed');
  return `${joinTagged([[produced, tag], ...consumed(group, tags)])}.`;
};

const consumed = (group: KafkaGroupReport, tags: HeadlineTags): readonly Tagged[] => {
  const whole: Tagged = [
    shown(group.consumeDurationMs, (ms) => `소비 완료까지 ${format.duration(ms)}`),
    tags.group('consumeDurationMs', 'computed'),
  ];
  switch (group.drain.state) {
    case 'drained':
      return [
        whole,
        [
          shown(
            group.drain.ms,
            (ms) => `${koDrainStart[group.drain.since]} 후 ${format.duration(ms)} 만에 랙 해소`,
          ),
          tags.group('drain.ms', 'computed'),
        ],
      ];
    case 'no-backlog':
      return [whole, [`${koDrainStart[group.drain.since]} 시점에 적체 없음`]];
    case 'timed-out':
      return [
        [
          `관측 종료 시점까지 ${shown(group.finalLagMessages, format.messages) ?? '일부'} 미소비`,
          group.finalLagMessages === null ? undefined : tags.group('finalLagMessages', 'measured'),
        ],
        [
          shown(group.consumeDurationLowMs, (ms) => `소비 완료까지 ${format.duration(ms)} 이상`),
          tags.group('consumeDurationLowMs', 'computed'),
        ],
        [
          shown(group.consumeDurationEstimateMs, (ms) => `예상 ${format.duration(ms)}`),
          tags.group('consumeDurationEstimateMs', 'estimated'),
        ],
      ];
    case 'unknown':
      return [['소비 완료 여부는 측정되지 않음']];
  }
};
