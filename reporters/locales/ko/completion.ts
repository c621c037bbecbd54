import type { CompletionWords } from '../completion-words.ts';
import { koFormats as format } from './formats.ts';

export const koCompletion: CompletionWords = {
  columns: [
    '발급 완료 시간',
    'lagline (발행→커밋)',
    '애플리케이션 (접수→저장)',
    '차이 (lagline − 애플리케이션)',
  ],
  figures: { mean: '평균', p50: 'p50', p95: 'p95', p99: 'p99', max: '최대' },
  between: (low, high) => `${low} ~ ${high}`,
  atLeast: (low) => `${low} 이상`,
  atMost: (high) => `${high} 이하`,
  overlaps: '두 구간이 겹침',
  basis: ({ observations, messages, readings }, source) =>
    [
      `애플리케이션의 값은 ${source} 히스토그램이 실행 중에 늘어난 만큼`,
      observations === null ? '측정하지 않음' : format.messages(observations),
      ...(messages === null ? [] : [`lagline의 값은 ${format.messages(messages)}`]),
      `수집 ${format.count(readings)}회`,
    ].join(', ') + '.',
  note: '애플리케이션의 백분위는 히스토그램의 버킷 경계 사이로만 알 수 있어 구간으로 적습니다. 애플리케이션은 접수한 때부터 저장한 때까지를, lagline은 메세지가 발행된 때부터 커밋된 때까지를 재므로, 저장 후 커밋까지 걸린 만큼은 lagline이 길고 접수 후 발행까지 걸린 만큼은 애플리케이션이 깁니다.',
  resets: (resets) =>
    `실행 중에 히스토그램이 ${resets}회 초기화되었습니다(서비스 재시작). 직전 수집 이후의 값은 사라졌으므로 그만큼 구간을 넓혔습니다.`,
  countsDiffer: (observations, messages) =>
    observations < messages
      ? `애플리케이션이 센 건수가 ${format.messages(messages - observations)} 적어, 세지 않은 건이 어느 쪽에 있더라도 맞도록 구간을 넓혔습니다.`
      : `애플리케이션이 센 건수가 ${format.messages(observations - messages)} 많아, 이 실행에 속하지 않는 건이 어느 쪽에 있더라도 맞도록 구간을 넓혔습니다.`,
  notAsked:
    '애플리케이션이 직접 잰 접수→저장 시간: 측정하지 않음 (`--completion <metrics 주소>#<히스토그램>`을 주면 나란히 비교합니다).',
};
