/** What the config file that `lagline init` writes says beside its settings. */
export type InitWords = {
  readonly head: readonly string[];
  readonly target: string;
  readonly kafka: string;
  readonly prometheus: string;
  readonly rules: string;
  readonly drain: string;
  readonly validity: string;
};

export const initWords: Readonly<Record<'ko' | 'en', InitWords>> = {
  ko: {
    head: [
      'lagline 설정. `lagline run <시나리오|스크립트>`가 작업 폴더에서 읽습니다.',
      '명령줄 > 환경 변수 > 이 파일 > 기본값. 적용될 값은 `lagline config print`로 확인합니다.',
      '비밀은 적지 말고 ${NAME}으로 환경 변수에서 가져옵니다.',
    ],
    target: '부하를 받을 서비스. 스크립트에는 BASE_URL로 전달됩니다.',
    kafka: '랙을 관측할 컨슈머 그룹. topics가 없으면 그룹이 커밋했거나 할당받은 모든 토픽입니다.',
    prometheus: '부하 동안 수집할 PromQL. 규칙에서는 prometheus{query:<id>}로 씁니다.',
    rules: '합격 기준(k6 문법). 아래 숫자는 예시이니 서비스의 목표로 바꾸십시오.',
    drain: '부하가 끝난 뒤 쌓인 메시지를 모두 처리하는 데 걸린 시간',
    validity: '이 측정을 믿을 수 있는 한계. level이 invalid이면 넘었을 때 실행이 무효가 됩니다.',
  },
  en: {
    head: [
      'Settings of lagline, read by `lagline run <scenario|script>` in its working directory.',
      'Command line > environment > this file > defaults; `lagline config print` shows what applies.',
      'Write no secrets here; ${NAME} takes a value from the environment.',
    ],
    target: 'The service under load; the script gets it as BASE_URL.',
    kafka: 'Consumer groups whose lag is watched; without topics all that a group has committed on or holds.',
    prometheus: 'PromQL to sample during the run; in rules prometheus{query:<id>}.',
    rules: "What it takes to pass, in k6's grammar. The numbers are examples: put your service's goals here.",
    drain: 'How long it takes after the load until nothing waits any more',
    validity:
      'Limits within which the measurement can be trusted; level: invalid makes a run beyond one invalid.',
  },
};
