import type { SavedOutputWords } from '../saved-words.ts';

export const koSavedOutput: SavedOutputWords = {
  label: 'k6 결과만으로 작성',
  note: '저장된 k6 출력에서 읽은 수치만 담고 있습니다. Kafka 랙과 랙 해소 시간, 호스트 리소스, 저장소 정합성은 측정되지 않았으며, k6의 종료 코드도 알 수 없습니다.',
  row: 'k6 출력',
  formats: {
    console: '콘솔 요약',
    'machine-summary': 'JSON 요약(machine-readable summary)',
    'summary-export': '--summary-export JSON',
    'handle-summary': 'handleSummary 데이터',
    ndjson: '--out json의 표본',
    csv: '--out csv의 표본',
  },
  place: (file, format, part, parts) => `${file} ${parts === 1 ? '' : `${part}/${parts}번째 `}(${format})`,
  metricColumns: ['지표', '종류', '수치'],
  types: { counter: '누적(counter)', gauge: '순간값(gauge)', rate: '비율(rate)', trend: '분포(trend)' },
  rates: { passes: '참', fails: '거짓' },
  notWatched: '직접 관측한 값이 없어 수집 품질은 해당 없음.',
  ambiguousColumns: ['시나리오', '지표', '원문', '문제'],
  ambiguous: {
    unreadable: '수치가 잘렸거나 자릿수가 생략되어 읽지 않음',
    'check-counts': '통과 건수가 텍스트에 없음',
    'threshold-metric': '이 지표에 쓸 수 없는 조건. 지표 이름이 적힌 줄이 빠진 것으로 보임',
    'type-unknown': '지표의 종류(counter, trend 등)가 출력에 없어 집계하지 않음(원문 칸은 표본 수)',
  },
  noneAmbiguous: '읽지 못했거나 뜻이 모호한 수치 없음.',
};
