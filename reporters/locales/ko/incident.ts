import type { IncidentWords } from '../incident-words.ts';
import { koSavedOutput } from './saved-output.ts';
import { joinParts, shown } from '../fact-reader.ts';
import { joinTagged } from '../tagged.ts';
import { koCharts } from './charts.ts';
import { koFormats as format } from './formats.ts';
import { koCompletion } from './completion.ts';
import { koIntegrity } from './integrity.ts';
import { koKafka } from './kafka.ts';
import { withParticle } from './particles.ts';

/** What a mean or a growth is of. */
const periodOf = (hasLoad: boolean): string => (hasLoad ? '부하 구간' : '전체 구간');

export const koIncident: IncidentWords = {
  titles: { incident: '장애 대응 보고서', 'load-test': '부하 테스트 보고서' },
  notes: {
    columns: ['항목', '내용'],
    author: '작성자',
    severity: '심각도',
    startedAt: '발생 시각',
    inTheirWords: '작성자 의견',
    byHand: '작성자 기록',
    kinds: { detected: '탐지', responded: '초동 조치', mitigated: '완화', recovered: '복구', note: '기록' },
    until: {
      detected: '탐지까지(MTTD)',
      responded: '초동 조치까지(MTTFA)',
      mitigated: '완화까지',
      recovered: '복구까지(MTTR)',
    },
  },
  simulationLabel: '테스트 환경 시뮬레이션',
  simulationNote: '부하 테스트로 재현한 결과이며, 운영 환경에서 일어난 장애의 기록이 아닙니다.',
  reconstructionLabel: '과거 구간 재구성',
  reconstructionNote:
    '그 시간에 수집한 값이 아니라, 지금 브로커에 남아 있는 기록(토픽의 레코드 타임스탬프와 __consumer_offsets의 커밋 이력)으로 다시 그린 결과입니다. 부하 시험이 아니므로 k6 수치와 부하에 대한 규칙은 없습니다.',
  savedOutput: koSavedOutput,
  writtenBy: (version, startedAt, isPast) =>
    `${startedAt === undefined ? '' : `${isPast ? '구간 시작' : '측정 시작'} ${startedAt} · `}lagline ${version} · 수치 표기: [측정] 계측값, [계산] 계측값의 산술 결과, [추정] 모델에 따른 값(같은 표기가 이어지면 마지막 수치 뒤에 한 번 적음). 수치별 출처는 부록에 있음`,
  invalidBanner: (failedChecks) =>
    `이 보고서는 유효하지 않습니다. 수치 사이의 일관성 검사 ${failedChecks}건이 실패했습니다. 아래 수치로 판단하지 말고 "측정 신뢰도"를 먼저 확인하십시오.`,
  interruptedBanner: (scenario, signal) =>
    `${scenario}: 측정이 중단되었습니다${signal === undefined ? '' : `(${signal})`}. 중단 시점까지의 기록만 담겨 있습니다.`,
  faultBanner: (scenario, faults) => `${scenario}: 장애를 주입한 시험입니다 — ${faults}`,
  failedBanner: (scenario, reason) =>
    `${withParticle(scenario, '은/는')} 끝까지 실행되지 못했습니다${reason === undefined ? '' : `(${reason})`}. 남아 있는 기록만 담겨 있습니다.`,
  headings: {
    summary: '요약',
    decisions: '결정할 것',
    confidence: '신뢰도',
    environment: '테스트 환경',
    pastEnvironment: '재구성 환경',
    timeline: '이벤트 타임라인',
    results: '성능 테스트 결과',
    pastResults: '재구성 결과',
    k6: 'k6 테스트 결과',
    evaluation: '평가',
    monitoring: 'monitoring 결과',
    rules: '규칙 판정',
    causes: '원인 분석',
    impact: '영향',
    conclusions: '결론 및 개선 사항',
    conclusion: '결론',
    improvements: '개선 사항',
    reproduction: '재현 명령',
    reliability: '측정 신뢰도',
    consistency: '일관성 검사',
    integrity: '정합성 대조',
    appendix: '부록',
    versions: '버전과 환경',
    provenance: '수치의 출처',
  },
  summary: {
    columns: ['시나리오', '판정', '핵심 수치'],
    overall: (runs, others, topCause) =>
      joinParts(
        [
          others.length === 0
            ? `${runs === 1 ? '시나리오가' : `시나리오 ${runs}개 모두`} 설정한 규칙을 통과했습니다.`
            : others.length === 1 && others[0]?.count === runs
              ? `${runs === 1 ? '시나리오가' : `시나리오 ${runs}개 모두`} ${others[0].outcome} 판정을 받았습니다.`
              : `시나리오 ${runs}개 중 ${others.map(({ outcome, count }) => `${count}개 ${outcome}`).join(', ')}입니다.`,
          topCause === undefined ? undefined : `가장 유력한 원인은 ${topCause}입니다.`,
        ],
        ' ',
      ),
    nothingToDecide: '지금 결정할 사항이 없습니다. 확인된 부하 범위 안에서 설정한 규칙을 모두 통과했습니다.',
    confidence: { high: '높음', medium: '보통', low: '낮음' },
    doubts: (doubts) =>
      [
        [doubts.failedChecks, `일관성 검사 실패 ${doubts.failedChecks}건`],
        [doubts.unfinishedRuns, `끝까지 실행되지 못한 시나리오 ${doubts.unfinishedRuns}개`],
        [doubts.invalidRuns, `무효 판정 시나리오 ${doubts.invalidRuns}개`],
        [doubts.runsWithoutData, `데이터가 부족한 시나리오 ${doubts.runsWithoutData}개`],
        [doubts.gaps, `측정 공백 ${doubts.gaps}건`],
        [
          doubts.saturatedRuns,
          `부하 구간 내내 CPU가 포화된 시나리오 ${doubts.saturatedRuns}개(부하 생성기와 시스템이 CPU를 나눠 써 응답 시간·처리량이 실제보다 나쁠 수 있음)`,
        ],
        [doubts.lateTicks, `지연된 표본 ${doubts.lateTicks}/${doubts.ticks}회`],
        [doubts.clampedSamples, `0으로 보정된 랙 표본 ${doubts.clampedSamples}회`],
        [
          doubts.savedRuns,
          `k6 결과만으로 작성한 시나리오 ${doubts.savedRuns}개(랙·호스트·정합성은 측정되지 않음)`,
        ],
        [doubts.ambiguousFigures, `읽지 못했거나 모호한 수치 ${doubts.ambiguousFigures}건`],
        [doubts.cautions, `유효성 한계를 벗어났거나 확인하지 못한 항목 ${doubts.cautions}개`],
        [doubts.unreadableLines, `읽을 수 없는 기록 ${doubts.unreadableLines}줄`],
        [doubts.missingRequests, `초 단위 기록에 없는 요청 ${doubts.missingRequests}건(합계에는 포함)`],
        [doubts.untoldSeconds, `다음 초와 합쳐 기록된 ${doubts.untoldSeconds}초`],
      ].flatMap(([count, text]) => (typeof count === 'number' && count > 0 ? [String(text)] : [])),
    noDoubts: '측정 공백과 모순이 없음',
    decideUnmeasured: (rows) => `판단하지 못한 항목(${rows})을 추가로 측정할지 결정 필요`,
    decideInvalid: (scenario) => `${withParticle(scenario, '은/는')} 무효이므로 다시 측정할지 결정 필요`,
  },
  environment: {
    item: '항목',
    rows: {
      startedAt: '측정 시작',
      period: '재구성한 구간',
      duration: '측정 시간',
      script: 'k6 스크립트',
      target: '대상 URL',
      profile: '시스템 프로필',
      timeScale: '시간 배율',
      shape: '부하 형태',
      brokers: 'Kafka 브로커',
      groups: '컨슈머 그룹',
      interval: '샘플링 간격',
      faults: '주입한 장애',
      machine: '실행 장비',
      os: '운영체제',
    },
    period: (from, to) => `${from} ~ ${to}`,
    unscaled: '1 (원래 길이)',
    scaled: (factor) => `${factor} (단계 길이를 줄인 시험)`,
    group: (group, topic, partitions) => `그룹 ${group}, 토픽 ${topic}, 파티션 ${partitions}개`,
    machine: (model, cores, memory) => `${model}, ${cores}코어, 메모리 ${memory}`,
    scenarioShape: (executor, rate, maxVUs, durationMs) =>
      joinParts([
        executor,
        rate === null ? undefined : `최대 ${format.perSecond(rate)}`,
        maxVUs === null ? undefined : `최대 ${format.count(maxVUs)} VU`,
        durationMs === null ? undefined : format.duration(durationMs),
      ]),
    none: '지정되지 않음',
    fault: (label, span, trouble, reason) =>
      joinParts(
        [
          label,
          span === undefined ? undefined : `(경과 ${span})`,
          trouble === undefined
            ? undefined
            : `⚠️ ${joinParts([trouble === 'not-applied' ? '주입되지 않음' : '해제되지 않음', reason], ': ')}`,
        ],
        ' ',
      ),
  },
  timeline: { columns: ['시각 (KST)', '경과', '시나리오', '사건'], empty: '기록된 사건 없음.' },
  results: {
    noConsole: 'k6의 출력이 남아 있지 않음.',
    linesLeftOut: (count) => `… 로그 ${count}줄 생략`,
    evaluationColumns: ['평가 항목', '결과'],
    pictures: '부하·리소스 모니터링 결과',
    pictureNames: koCharts.titles,
    noResources: '호스트 리소스는 측정되지 않음',
    resource: ({
      name,
      hasLoad,
      loadAvg,
      max,
      maxAt,
      overallMax,
      overallMaxAt,
      idleAvg,
      firstAt,
      tags,
      judgement,
    }) => {
      const at = (value: string, elapsed: string | undefined): string =>
        elapsed === undefined ? value : `${value} (경과 ${elapsed})`;
      const figures = joinTagged([
        [
          loadAvg === undefined ? `${periodOf(hasLoad)} 표본 없음` : `${periodOf(hasLoad)} 평균 ${loadAvg}`,
          loadAvg && tags.mean,
        ],
        [max === undefined ? undefined : at(`최대 ${max}`, maxAt), tags.max],
        [overallMax === undefined ? undefined : at(`측정 전체 최대 ${overallMax}`, overallMaxAt), tags.max],
        [idleAvg === undefined ? undefined : `부하 종료 후 평균 ${idleAvg}`, tags.mean],
      ]);
      const first = firstAt === undefined ? '' : ` (첫 표본 경과 ${firstAt})`;
      const words = { high: '부하 구간 내내 한계에 가까움', rose: '부하와 함께 상승' };
      return `${name}: ${figures}${first}${judgement === undefined ? '' : ` — ${words[judgement]}`}`;
    },
    resourceMissing: (name) => `${name}: 측정되지 않음`,
    ofProcess: (resource, process) => `${resource}(${process}, 1코어 = 100%)`,
    prometheus: 'Prometheus 모니터링 결과',
    promql: (id, query) => `${id} (PromQL ${query})`,
    counter: (name, load, idle, tag, hasLoad) =>
      `${name}: ${joinTagged([
        load === undefined
          ? [`${periodOf(hasLoad)} 증가량 측정되지 않음`]
          : [`${periodOf(hasLoad)}(경과 ${load.span})에 ${load.by} 증가, 평균 ${load.rate}`, tag],
        [
          idle === undefined
            ? undefined
            : `부하 종료 후(경과 ${idle.span})에 ${idle.by} 증가, 평균 ${idle.rate}`,
          tag,
        ],
      ])}`,
    scraped: (series) => `${series} (직접 수집)`,
    stale: (query, readings) =>
      `${withParticle(query, '은/는')} 답한 값 중 ${readings}회가 오래된 표본에서 나와 이 측정의 값으로 볼 수 없음`,
    unshownSeries: (count) =>
      `/metrics에서 직접 수집한 시계열 ${format.count(count)}개는 그리지 않음(기록에는 남아 있음)`,
    unshownQueries: (ids) => `그리지 않은 쿼리: ${ids}(기록에는 남아 있음)`,
    kafka: 'Kafka 모니터링 결과',
    kafkaGroup: (group, topic) => `그룹 ${group}, 토픽 ${topic}`,
    states: {
      'no-commit': '커밋 없음',
      'below-log-start': '읽기 전에 보존 기간이 지나 삭제됨',
      'beyond-log-end': '커밋이 로그 끝을 넘음',
      'offsets-reset': '오프셋을 되돌리는 중',
      'markers-only': '트랜잭션 마커만 남음',
      'open-transaction': '열린 트랜잭션 있음',
      compacted: '압축(compact) 토픽이라 랙은 상한',
      rebalancing: '리밸런싱 중',
      'group-empty': '그룹에 멤버 없음',
      unreadable: '읽지 못함',
    },
    partitionStates: (states) =>
      `마지막으로 읽었을 때 상태: ${states.map(([state, count]) => `${state} ${count}개 파티션`).join(', ')}`,
    lostToRetention: (lost) => `읽기 전에 보존 기간이 지나 삭제된 메시지 ${format.messages(lost)}`,
    noKafka: 'Kafka는 관측하지 않음',
    ...koKafka,
    ruleColumns: ['지표', '조건', '측정값', '판정', '표본 수', '출처'],
    noRules: '판정할 규칙이 없음.',
    k6Said: (passed) => `k6 판정 ${passed ? '✓' : '✗'}`,
    longestBreach: (duration) => `가장 긴 위반 ${duration}`,
  },
  causes: {
    ranked: (rank, name, scorePercent) => `${rank}순위: ${name} (근거 일치도 ${scorePercent})`,
    supports: '뒷받침하는 근거',
    contradicts: '어긋나는 근거',
    unobserved: '관측하지 않아 확인하지 못한 것',
    noEvidence: '없음',
    none: '뚜렷한 이상이 관측되지 않아 원인 가설을 세우지 않음.',
    noneFound: '측정된 데이터로는 원인 가설을 세울 수 없음.',
    caution: '아래는 측정 데이터에 맞는 정도로 순위를 매긴 가설이며, 확정된 원인이 아닙니다.',
  },
  impact: {
    columns: ['항목'],
    rows: {
      accepted: '접수(202) 건수',
      persisted: '저장된 발급 건수',
      lost: '미발급(접수 후 유실)',
      pending: '대기(접수 후 아직 미발급)',
      duplicates: '중복 발급',
      oversold: '초과 발급',
      phantom: '유령 발급(접수된 적 없는 발급)',
      unknown: '결과 불명',
      waitP50: '발급 완료 지연 p50',
      waitP95: '발급 완료 지연 p95',
      waitMax: '발급 완료 지연 최대',
      waiting: '관측 종료 시점의 소비 대기',
    },
    atLeast: (duration) => `${duration} 이상`,
    note: '발급 완료 지연은 메세지가 발행된 때부터 컨슈머가 커밋할 때까지의 시간으로, 고객이 접수 후 쿠폰을 받기까지 기다린 시간에 해당합니다(접수에서 발행까지 걸린 시간은 빠져 있음).',
  },
  completion: koCompletion,
  integrity: koIntegrity,
  conclusions: {
    run: (outcome, met, total) => `판정 ${outcome}, 평가 항목 ${total}개 중 ${met}개 충족`,
    rows: (label, rows) => `${label}: ${rows}`,
    offered: ({ target, reached, share, planned, dropped }, isReached) => {
      const figures = joinParts([
        target === undefined
          ? undefined
          : `반복 목표 ${target}${reached === undefined ? '' : ` 중 ${reached} 도달`}`,
        planned === undefined
          ? undefined
          : `계획한 반복 ${planned}${share === undefined ? '' : `의 ${share} 시작`}`,
        dropped === undefined ? undefined : `시작하지 못한 반복 ${dropped}`,
      ]);
      const found = figures === '' ? '' : ` (${figures})`;
      if (!isReached) return `계획한 부하를 처리할 수 있는지는 확인되지 않음${found}`;
      return `${dropped === undefined ? '계획한 부하가 모두 가해짐' : '시작하지 못한 반복이 허용 범위 안에 있음'}${found}`;
    },
    cause: (name, scorePercent) => `가장 유력한 원인: ${name} (근거 일치도 ${scorePercent})`,
    limits:
      '위 결론은 이 보고서에 기록된 부하와 환경에 한정되며, 그보다 큰 부하에 대해서는 확인되지 않았습니다.',
    improvementColumns: ['ID', '개선 사항', '근거', '검증 기준', '담당', '기한', '상태'],
    noImprovements: '측정 데이터에서 도출된 개선 사항 없음.',
    measureAgain: '무효가 된 원인을 없애고 다시 측정',
    unjudged: (row) => `${withParticle(row, '을/를')} 판정할 수 있도록 측정 추가`,
    noRule: '해당 규칙 없음(추가 필요)',
    fillIn:
      '담당, 기한, 상태는 이 보고서와 같은 폴더의 `notes.yaml`에 ID로 적습니다. 보고서를 다시 작성해도 남습니다.',
  },
  reproduction: {
    again: '같은 시험을 다시 실행',
    rebuildAgain: '같은 구간을 다시 재구성',
    where: 'lagline 프로젝트 폴더 안에서 실행하며, 상대 경로는 명령을 실행하는 폴더를 기준으로 합니다.',
    rewriteWhere:
      '이 보고서가 있는 폴더에서 실행합니다. 그 폴더가 lagline 프로젝트 밖에 있으면 `npm` 뒤에 `--prefix <프로젝트 폴더>`를 붙입니다.',
    rewrite: '저장된 기록에서 보고서를 다시 작성',
    envNames: (names) => `스크립트에 넘긴 변수(값은 저장하지 않음): ${names}`,
  },
  reliability: {
    item: '항목',
    rows: {
      interval: '샘플링 간격',
      ticks: '표본 수집 횟수',
      late: '지연된 수집',
      clamped: '0으로 보정된 랙 표본',
      offsets: '오프셋 표본 수',
      unreadable: '읽을 수 없는 기록',
      gaps: '측정 공백',
      drainInterval: '랙 해소 시간의 구간',
    },
    clock: {
      k6: 'k6 시계 오차(+는 빠름)',
      kafka: '브로커 시계 오차(+는 빠름)',
      prometheus: 'Prometheus 시계 오차(+는 빠름)',
    },
    sampleAge: '가장 오래된 Prometheus 표본',
    oldest: (age, query, stale, readings) =>
      `${query} ${age} 전${stale === 0 ? '' : `, ${format.count(readings)}회 중 ${format.count(stale)}회는 너무 오래됨`}`,
    late: (count, p99LateMs, maxLateMs) => {
      const by = joinParts([
        shown(p99LateMs, (ms) => `p99 ${format.latency(ms)}`),
        shown(maxLateMs, (ms) => `최대 ${format.latency(ms)}`),
      ]);
      return `${format.count(count)}회${by === '' ? '' : ` (${by})`}`;
    },
    interval: (low, high) => `${low} ~ ${high}`,
    gapColumns: ['시나리오', '대상', '구간 (경과)', '사유'],
    noGaps: '측정 공백 없음.',
    checkColumns: ['시나리오', '검사', '결과', '수치'],
    checkOk: '일치',
    checkFailed: '모순',
    noChecks: '일관성 검사 기록 없음.',
  },
  appendix: {
    versionColumns: ['구성 요소', '버전'],
    provenanceColumns: ['수치', '구분', '출처', '표본 수', '구간 (경과)', '비고'],
    provenanceNote: '수치 이름은 `report.json`의 키 경로입니다.',
    noProvenance: '출처 기록 없음.',
    tools: { kafka: 'Apache Kafka', prometheus: 'Prometheus', java: 'Java' },
  },
};
