import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import {
  healthyStory,
  incidentStory,
  interruptedStory,
  reportStories,
} from '../../fixtures/report-stories.ts';
import { lagStates } from '../../core/report-document.ts';
import { locales } from '../locales/index.ts';
import type { ReportNotes } from '../report-notes.ts';
import type { OutputFile } from '../reporter.ts';
import { incidentReport } from './incident-report.ts';

const goldenFolder = new URL('../../fixtures/reports/', import.meta.url);
const isUpdating = process.env['LAGLINE_UPDATE_GOLDEN'] === '1';

const markdownOf = (files: readonly OutputFile[]): string =>
  String(files.find(({ path }) => path.endsWith('.md'))?.content);

for (const [name, story] of Object.entries(reportStories)) {
  test(`the report of the ${name} story reads as its golden file (LAGLINE_UPDATE_GOLDEN=1 rewrites it)`, async () => {
    const markdown = markdownOf(await incidentReport.render(story(), locales.ko));
    const golden = new URL(`${name}.ko.md`, goldenFolder);
    if (isUpdating) {
      mkdirSync(goldenFolder, { recursive: true });
      writeFileSync(golden, markdown);
    }
    assert.equal(markdown, readFileSync(golden, 'utf8'));
  });

  test(`the ${name} story can be told in English, without a word of Korean of our own`, async () => {
    const markdown = markdownOf(await incidentReport.render(story(), locales.en));
    assert.doesNotMatch(markdown, /undefined|NaN|\[object/);
    assert.doesNotMatch(markdown, /[가-힣]/);
  });
}

test('the same report gives the same bytes, pictures included', async () => {
  const [first, second] = [
    await incidentReport.render(incidentStory(), locales.ko),
    await incidentReport.render(incidentStory(), locales.ko),
  ];
  assert.deepEqual(first, second);
});

test('every picture that is linked is written, and every picture that is written is linked', async () => {
  const files = await incidentReport.render(incidentStory(), locales.ko);
  const linked = [...markdownOf(files).matchAll(/!\[[^\]]*\]\(\.\/([^)]+)\)/g)].map(([, path]) => path);
  const written = files.map(({ path }) => path).filter((path) => path.endsWith('.png'));
  assert.deepEqual(new Set(linked), new Set(written));
  assert.equal(linked.length, written.length);
  assert.equal(written.length, 12);
});

test('the sections and the rows stand in the order that readers of the older report know', async () => {
  const markdown = markdownOf(await incidentReport.render(incidentStory(), locales.ko));
  const headings = [...markdown.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, [
    '요약',
    '테스트 환경',
    '이벤트 타임라인',
    '성능 테스트 결과',
    '원인 분석',
    '영향',
    '결론 및 개선 사항',
    '재현 명령',
    '측정 신뢰도',
    '부록',
  ]);
  const rows = [...markdown.matchAll(/^\| \*\*(.+?)\*\* \|/gm)].map(([, label]) => label);
  assert.deepEqual(rows.slice(0, 9), [
    '성공률',
    '응답 속도',
    '요청 수(RPS)',
    '시스템 안정성',
    '에러율',
    '동시성 제어',
    'Kafka 발행',
    'Kafka 소비(랙 해소)',
    '발급 완료 지연',
  ]);
});

test('a backlog that outlasted the watching is given as a bound and an estimate, never as a measurement', async () => {
  const markdown = markdownOf(await incidentReport.render(incidentStory(), locales.ko));
  assert.match(
    markdown,
    /모든 메세지 소비에 2분 30초 이상 소요 \(관측 종료 시점까지 미완료\).*예상 6분 40초 \[추정\]/,
  );
  assert.match(markdown, /모든 메세지 발행에 약 48초 소요/);
});

test('a target that was not reached is not called handled', async () => {
  const markdown = markdownOf(await incidentReport.render(incidentStory(), locales.ko));
  assert.match(markdown, /반복 목표 1,000\/s 중 240\/s 도달/);
  assert.match(markdown, /계획한 부하를 처리할 수 있는지는 확인되지 않음/);
});

test('a resource is judged only where its use under load and after it supports that', async () => {
  const markdown = markdownOf(await incidentReport.render(incidentStory(), locales.ko));
  assert.match(markdown, /호스트 CPU 사용률.*부하 종료 후 평균 22% \[계산\] — 부하와 함께 상승/);
  assert.match(
    markdown,
    /디스크 쓰기: 부하 구간 평균 62.79 kB\/s \[계산\].*부하 종료 후 평균 81 kB\/s \[계산\]$/m,
  );
  assert.match(markdown, /프로세스 CPU 사용률\(service, 1코어 = 100%\)/);
});

test('what a query of the plan gave is shown with its PromQL', async () => {
  const markdown = markdownOf(await incidentReport.render(incidentStory(), locales.ko));
  assert.match(markdown, /`resident_memory` \(PromQL `process_resident_memory_bytes`\): 부하 구간 평균/);
});

test('numbers that contradict each other put a banner at the top', async () => {
  const markdown = markdownOf(await incidentReport.render(interruptedStory(), locales.ko));
  assert.match(markdown.split('## 요약')[0] ?? '', /이 보고서는 유효하지 않습니다/);
});

test('words from outside cannot become markup', async () => {
  const markdown = markdownOf(await incidentReport.render(interruptedStory(), locales.ko));
  const outsideCode = markdown.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
  assert.doesNotMatch(outsideCode, /<script>|<img|<b>|\]\(http/);
});

test('the report of a run of five minutes is written within two seconds', async () => {
  const report = healthyStory();
  // Of the CPU: others may have the machine as well.
  const before = process.cpuUsage();
  await incidentReport.render(report, locales.ko);
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1000 < 2000, `${(user + system) / 1000} ms`);
});

const notes: ReportNotes = {
  kind: 'load-test',
  author: '김 하나',
  severity: 'P1 | <b>',
  summary: '쿠폰이\n늦게 발급됨',
  startedAtMs: Date.parse('2026-03-14T05:27:00Z'),
  timeline: [
    { atMs: Date.parse('2026-03-14T05:28:30Z'), kind: 'detected', text: '알림 수신' },
    { atMs: Date.parse('2026-03-14T05:40:00Z'), kind: 'recovered', text: '컨슈머 증설' },
  ],
  actions: [
    { improvement: 'consumer-throughput-1', owner: '플랫폼팀', due: '2026-03-31', status: '진행 중' },
    { what: '알림 기준 조정', verify: 'kafka_lag: max<5000', owner: 'SRE' },
  ],
};

test('what people noted stands where it belongs, and is harmless', async () => {
  const markdown = markdownOf(await incidentReport.render({ ...incidentStory(), notes }, locales.ko));
  assert.match(markdown, /^# 부하 테스트 보고서\n/);
  assert.ok(markdown.includes(String.raw`| 심각도 | P1 \| &lt;b&gt; |`));
  assert.match(markdown, /\| 작성자 의견 \| 쿠폰이 늦게 발급됨 \|/);
  assert.match(markdown, /\| 탐지까지\(MTTD\) \| 1분 30초 \[계산\] \|/);
  assert.match(markdown, /\| 복구까지\(MTTR\) \| 13분 \[계산\] \|/);
  const [peak, detected, ended] = ['랙 최대', '탐지: 알림 수신', '관측 종료:'].map((text) =>
    markdown.indexOf(text),
  );
  assert.ok(peak !== undefined && detected !== undefined && ended !== undefined);
  assert.ok(peak < detected && detected < ended, 'in the order of time');
  assert.match(
    markdown,
    /\| `consumer-throughput-1` \| 컨슈머 처리 속도 개선.*\| 플랫폼팀 \| 2026-03-31 \| 진행 중 \|/,
  );
  assert.match(
    markdown,
    /\| - \| 알림 기준 조정 \| 작성자 기록 \| `kafka_lag: max<5000` \| SRE \| - \| - \|/,
  );
});

test('a partition whose last reading was not plain is named by its state, in both languages', async () => {
  const story = incidentStory();
  const [run] = story.document.runs;
  const [group] = run?.kafka.groups ?? [];
  assert.ok(group !== undefined);
  const states = [...lagStates, 'unreadable', 'group-empty'] as const;
  group.perPartition = states.map((state, partition) => ({
    ...(group.perPartition[0] as (typeof group.perPartition)[number]),
    partition,
    state,
    ...(state === 'below-log-start' ? { lostMessages: 120 } : {}),
  }));
  for (const [locale, before, lost] of [
    [locales.ko, '마지막으로 읽었을 때 상태:', '읽기 전에 보존 기간이 지나 삭제된 메시지 120건'],
    [locales.en, 'at the last reading:', 'messages deleted by retention before they were read: 120'],
  ] as const) {
    const markdown = markdownOf(await incidentReport.render(story, locale));
    const line = markdown.split('\n').find((each) => each.includes(before)) ?? '';
    const words = locale.incident.results.states;
    for (const word of Object.values(words)) assert.ok(line.includes(word), `${word} in: ${line}`);
    assert.match(line, new RegExp(`${words['group-empty']}.*2`));
    assert.ok(markdown.includes(lost));
  }
});

test('what retention took is told also where the group has gone on since', async () => {
  const story = incidentStory();
  const [partition] = story.document.runs[0]?.kafka.groups[0]?.perPartition ?? [];
  assert.ok(partition !== undefined && partition.state === 'ok');
  partition.lostMessages = 7;
  const markdown = markdownOf(await incidentReport.render(story, locales.en));
  assert.match(markdown, /deleted by retention before they were read: 7/);
  assert.doesNotMatch(markdown, /at the last reading:/);
});
