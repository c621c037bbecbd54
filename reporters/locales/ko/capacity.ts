import type { CapacityWords } from '../capacity-words.ts';

const rateFrom = {
  measured: '90% 구간 [측정]',
  'at-least': '랙이 쌓인 적이 없어 하한만 알 수 있음 [추정]',
  given: '주어진 값',
} as const;

export const koCapacity: CapacityWords = {
  title: (group, topic, runId) => `용량 산정: ${group}/${topic} (${runId})`,
  labels: {
    load: '부하',
    rate: '처리 속도 μ',
    skew: '편중',
    present: '현재 구성',
    measured: '실측',
    goals: '목표',
    advice: '필요',
    applied: '적용하면',
    or: '또는',
  },
  load: ({ messages, mean, peak, factor }) =>
    `${messages} · 평균 λ ${mean} · 최고 ${peak}(3초) ${factor === undefined ? '[측정]' : `· 잰 부하의 ${factor}배 [계산]`}`,
  rate: ({ value, low, high, perMessage, from }) =>
    `컨슈머당 ${from === 'at-least' ? `${value} 이상` : value}${from === 'measured' ? ` (${low}~${high})` : ''}, 메시지당 ${perMessage}${from === 'at-least' ? ' 이하' : ''} · ${rateFrom[from]}`,
  phases: (duringLoad, afterLoad) => `부하 중 ${duringLoad}, 부하 종료 후 ${afterLoad}`,
  skew: (partition, share, even) => `가장 많이 받은 파티션 ${partition}번에 ${share} (고르게 나뉘면 ${even})`,
  setup: (consumers, partitions, concurrency) =>
    `컨슈머 ${consumers}개, 파티션 ${partitions}개${concurrency > 1 ? `, 컨슈머마다 파티션 ${concurrency}개를 동시에 처리` : ''}`,
  utilization: (mean, peak) => `이용률 ρ 평균 ${mean}, 최고 ${peak}`,
  peakLag: (messages) => `최대 랙 ${messages}`,
  drain: ({ value, low, high }) => `랙 해소 ${value} (${low}~${high})`,
  drainAtMost: (high) => `랙 해소 ${high} 이내`,
  neverDrains: '랙이 해소되지 않음',
  goal: {
    mean: () => '평균 부하에서 ρ < 1',
    peak: () => '최고 부하에서 ρ < 1',
    drain: (within) => `부하 종료 후 ${within} 안에 랙 해소`,
  },
  met: '현재 구성으로 충분',
  need: (setup, atRate) => `${setup}${atRate === undefined ? '' : ` (잰 속도 그대로면 ${atRate})`}`,
  noAdvice: '컨슈머나 파티션을 늘려서는 안 됨',
  limit: {
    none: '없음',
    consumers: '컨슈머 수가 모자람',
    partitions: '파티션 수가 모자람: 컨슈머를 파티션보다 많이 두어도 남는 컨슈머는 일하지 않음',
    skew: '핫 파티션: 한 파티션은 컨슈머를 늘려도 나뉘지 않음. 키를 바꾸거나 메시지당 처리 시간을 줄여야 함',
    'per-message-time': '메시지당 처리 시간: 배치 처리 등으로 줄여야 함',
  },
  perMessage: (ms) => `구성을 그대로 두고 메시지당 ${ms} 이하로 줄임(배치 처리 등)`,
  notes: {
    'consumers-constant': '재는 동안 컨슈머 수가 그대로였고 모두 같은 속도로 처리했다고 봄',
    'assignment-balanced': '파티션은 컨슈머에 차례대로 고르게 할당된다고 봄(range)',
    'linear-scaling':
      '늘린 컨슈머도 지금과 같은 속도로 처리한다고 봄. DB처럼 함께 쓰는 자원이 한계라면 그만큼 빨라지지 않음',
    'concurrency-assumed':
      '컨슈머 하나는 한 번에 파티션 하나를 처리한다고 봄. 여러 파티션을 동시에 처리한다면 컨슈머를 늘려도 빨라지지 않으니 --concurrency로 알려야 함',
    'rate-at-least':
      '컨슈머가 밀린 적이 없어 처리 속도의 하한만 알 수 있음. 위의 필요 대수는 충분한 값이며 최솟값이 아님',
    'one-phase-only': '부하 중과 부하 종료 후 가운데 한쪽의 처리 속도만 잴 수 있어 다른 쪽도 같다고 봄',
    'model-differs':
      '주의: 현재 구성을 계산한 해소 시간이 실측과 15% 넘게 다름. --consumers와 --concurrency가 맞는지 확인해야 함',
    'partitions-must-be-added':
      '파티션을 먼저 늘려야 함(kafka-topics --alter). 파티션 수는 다시 줄일 수 없음',
    'key-order':
      '파티션을 늘리면 같은 키가 다른 파티션으로 갈 수 있음. 늘리기 전후의 메시지 사이에는 키별 순서가 보장되지 않으므로 랙이 없을 때 늘려야 함',
    'skew-kept':
      '파티션을 늘린 뒤의 편중은 알 수 없음. 핫 키는 한 파티션에 남는다고 보았고, 구간의 아래쪽 끝은 고르게 나뉘는 경우임',
  },
  picture: {
    title: (group) => `${group}: 잰 랙과 계산한 랙`,
    measured: '잰 랙',
    present: (setup) => `현재 구성 계산 (${setup})`,
    advised: (setup) => `적용 후 예상 (${setup})`,
  },
};
