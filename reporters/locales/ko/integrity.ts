import { joinParts } from '../fact-reader.ts';
import type { IntegrityWords } from '../integrity-words.ts';
import { koFormats as format } from './formats.ts';

export const koIntegrity: IntegrityWords = {
  columns: ['단계', '서비스 집계', 'lagline 관측', '앞 단계와의 차이'],
  steps: { attempted: '요청', accepted: '접수(202)', produced: '발행', consumed: '소비', persisted: '저장' },
  observers: { k6: 'k6', kafka: 'Kafka 오프셋' },
  narrowed: (by) =>
    by === 0 ? '같음' : by > 0 ? `${format.messages(by)} 줄어듦` : `${format.messages(-by)} 늘어남`,
  differences: {
    lost: '미발급(접수 후 유실)',
    duplicates: '중복 발급',
    oversold: '초과 발급',
    phantom: '유령 발급(접수된 적 없는 발급)',
    deadLettered: '처리하지 못해 격리된 메세지(dead letter)',
    overAdmitted: '접수했으나 재고를 넘어 저장이 거부됨',
    revoked: '접수 후 취소(브로커가 명확히 거부)',
  },
  difference: (name, count, ids, more) =>
    `${name} ${count}${
      ids.length === 0 ? '' : `: ${ids.join(', ')}${more > 0 ? ` 외 ${format.messages(more)}` : ''}`
    }`,
  noDifferences: (isSettled) => `접수와 저장 사이에 ${isSettled ? '' : '지금까지 '}확인된 불일치 없음`,
  notDrained: (reason) =>
    `저장이 끝나기 전의 집계이므로 미발급과 유령 발급은 확정되지 않음${reason === undefined ? '' : ` (${reason})`}`,
  told: ({ accepted, refused, unknown, interrupted }, tag) =>
    `클라이언트가 받은 답: ${joinParts([
      `접수 ${accepted}`,
      `거절·실패 ${refused}`,
      unknown === undefined
        ? '결과 불명은 집계되지 않음'
        : `결과 불명 ${unknown}${interrupted === undefined ? '' : `(중단된 반복 ${interrupted} 포함)`}`,
    ])} ${tag}`,
  unknownSplit: (all, issued, notIssued, undecided, tag) =>
    `결과 불명 ${all}: ${
      joinParts([
        issued && `발급된 것으로 확인 ${issued}`,
        notIssued && `발급되지 않음 ${notIssued}`,
        undecided && `판단 불가 ${undecided}`,
      ]) || '저장된 행 수를 알 수 없어 나누지 못함'
    } ${tag}`,
  lostAtLeast: (count, tag) => `접수 답을 받았으나 저장되지 않은 클라이언트: 최소 ${count} ${tag}`,
  phantomAtLeast: (count, tag) => `접수와 결과 불명을 합친 것보다 많은 발급: 최소 ${count} ${tag}`,
  probeColumns: ['프로브', '출처', '질의', '부하 전', '부하 후', '판정값', '조건', '판정'],
  added: (value) => `${value} (증가분)`,
};
