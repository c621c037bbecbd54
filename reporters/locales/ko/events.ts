import { joinParts, shown, type FactReader } from '../fact-reader.ts';
import type { EventId } from '../known-ids.ts';
import { koFormats as format } from './formats.ts';
import { reasonText } from './row-parts.ts';

export const koEvents: Readonly<Record<EventId, (facts: FactReader) => string>> = {
  'load-started': () => '부하 시작',
  'load-ended': () => '부하 종료',
  'lag-rising': (facts) => `컨슈머 랙 증가 시작${group(facts)}`,
  'lag-peak': (facts) =>
    joinParts([`컨슈머 랙 최대${group(facts)}`, shown(facts.number('lagMessages'), format.messages)], ': '),
  drained: (facts) => `랙 해소 완료${group(facts)}`,
  'drain-timed-out': (facts) =>
    joinParts(
      [
        `랙이 해소되지 않은 채 관측 종료${group(facts)}`,
        shown(facts.number('remaining'), (value) => `남은 랙 ${format.messages(value)}`),
      ],
      ': ',
    ),
  'threshold-crossed': (facts) =>
    joinParts(['규칙의 한계를 넘음', joinParts([facts.code('metric'), facts.code('expression')], ' ')], ': '),
  'consumer-stopped': (facts) => `컨슈머 커밋 중단${group(facts)}`,
  'broker-unreachable': (facts) =>
    joinParts([
      joinParts(
        ['오프셋 수집 끊김', shown(facts.number('forMs'), (ms) => `${format.duration(ms)} 동안`)],
        ': ',
      ),
      reasonText(facts),
    ]),
  'group-consuming': (facts) => joinParts([`컨슈머 그룹 소비 재개${group(facts)}`, members(facts)], ': '),
  'group-rebalancing': (facts) => joinParts([`컨슈머 그룹 리밸런싱${group(facts)}`, members(facts)], ': '),
  'group-empty': (facts) => `컨슈머 그룹에 멤버가 없음${group(facts)}`,
  'group-gone': (facts) => `컨슈머 그룹이 사라짐${group(facts)}`,
  'group-appeared': (facts) =>
    joinParts(
      [
        '조건에 맞는 그룹이 새로 나타나 이때부터 관측',
        joinParts([
          facts.code('group'),
          shown(facts.number('topics'), (count) => `토픽 ${format.count(count)}개`),
        ]),
      ],
      ': ',
    ),
  'topic-appeared': (facts) =>
    joinParts([`조건에 맞는 토픽이 새로 나타나 이때부터 관측${group(facts)}`, facts.code('topic')], ': '),
  'share-group-left-out': (facts) =>
    joinParts(['셰어 그룹은 오프셋 기준 랙이 없어 관측에서 제외(KIP-932)', facts.code('group')], ': '),
  'partitions-added': (facts) =>
    joinParts(
      [
        '파티션 추가',
        joinParts([
          facts.code('topic'),
          shown(facts.number('count'), (added) => `${format.number(added)}개`),
          shown(facts.number('total'), (total) => `모두 ${format.number(total)}개`),
        ]),
      ],
      ': ',
    ),
  'broker-lost': (facts) => joinParts(['브로커가 클러스터에서 이탈', broker(facts)], ': '),
  'broker-joined': (facts) => joinParts(['브로커가 클러스터에 합류', broker(facts)], ': '),
  'leader-lost': (facts) => joinParts(['파티션 리더 없음', partition(facts)], ': '),
  'leader-moved': (facts) =>
    joinParts(
      [
        '파티션 리더 이동',
        joinParts([
          partition(facts),
          shown(facts.number('leader'), (broker) => `브로커 ${format.number(broker)}`),
        ]),
      ],
      ': ',
    ),
  'topic-deleted': (facts) => joinParts(['토픽 삭제', facts.code('topic')], ': '),
  'topic-recreated': (facts) => joinParts(['토픽이 삭제되고 다시 생성됨', facts.code('topic')], ': '),
  'offsets-rewound': (facts) =>
    joinParts([`커밋 오프셋 되감김${group(facts)}`, joinParts([partition(facts), change(facts)])], ': '),
  'offsets-deleted': (facts) => joinParts([`커밋 오프셋 삭제${group(facts)}`, partition(facts)], ': '),
  'log-went-back': (facts) =>
    joinParts(['로그 끝 오프셋이 뒤로 감', joinParts([partition(facts), change(facts)])], ': '),
  'history-missing': (facts) =>
    joinParts([
      joinParts(
        [
          `이력 없음${group(facts)}`,
          joinParts([facts.code('topic'), partitions(facts)]),
          shown(facts.number('forMs'), (ms) => `${format.duration(ms)} 동안 랙을 알 수 없음`),
        ],
        ': ',
      ),
      reasonText(facts),
    ]),
  'records-skipped': (facts) =>
    joinParts(
      [
        '버전을 알 수 없어 건너뜀',
        joinParts([facts.code('topic'), shown(facts.number('count'), format.messages)], ' '),
      ],
      ': ',
    ),
  interrupted: (facts) => joinParts(['측정 중단', facts.text('signal')], ': '),
  'k6-ended': (facts) =>
    joinParts(['k6 종료', shown(facts.number('exitCode'), (code) => `종료 코드 ${code}`)], ': '),
  'errors-first': (facts) =>
    joinParts(
      ['첫 요청 실패', shown(facts.number('failed'), (value) => `해당 구간 ${format.messages(value)}`)],
      ': ',
    ),
  'fault-applied': (facts) => joinParts(['장애 주입', facts.code('label')], ': '),
  'fault-triggered': (facts) => joinParts(['일회성 장애 주입', facts.code('label')], ': '),
  'fault-removed': (facts) => joinParts(['장애 해제', facts.code('label')], ': '),
  'fault-not-applied': (facts) =>
    joinParts([joinParts(['장애를 주입하지 못함', facts.code('label')], ': '), reasonText(facts)]),
  'fault-not-removed': (facts) =>
    joinParts([joinParts(['장애를 해제하지 못함', facts.code('label')], ': '), reasonText(facts)]),
};

const broker = (facts: FactReader): string | undefined => {
  const id = facts.number('broker');
  return id === undefined ? undefined : joinParts([`브로커 ${id}`, facts.code('address')], ' ');
};

const partitions = (facts: FactReader): string | undefined => {
  const list = facts.text('partitions');
  return list === undefined ? undefined : `파티션 ${list}`;
};

const members = (facts: FactReader): string | undefined =>
  shown(facts.number('members'), (count) => `멤버 ${format.number(count)}개`);

const partition = (facts: FactReader): string | undefined =>
  joinParts(
    [facts.code('topic'), shown(facts.number('partition'), (index) => `파티션 ${format.number(index)}`)],
    ' ',
  );

const change = (facts: FactReader): string | undefined =>
  joinParts([shown(facts.number('from'), format.number), shown(facts.number('to'), format.number)], ' → ');

const group = (facts: FactReader): string => {
  const name = facts.code('group');
  return name === undefined ? '' : ` (그룹 ${name})`;
};
