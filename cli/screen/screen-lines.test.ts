import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lagTotalOf, sortRows } from '../../core/watch/group-row.ts';
import { locales } from '../../reporters/locales/index.ts';
import type { FollowedRow } from './followed-rows.ts';
import { screenFrame } from './screen-lines.ts';
import type { RunPart, ScreenModel } from './screen-model.ts';
import { lineWidth } from './spans.ts';

const row = (group: string, more: Partial<FollowedRow> = {}): FollowedRow => ({
  group,
  topic: 'coupons',
  phase: 'consuming',
  status: 'warn',
  lagLow: 1200,
  lagHigh: 1250,
  produceRatePerSecond: 300,
  consumeRatePerSecond: 250.5,
  waiting: { lowMs: 900, highMs: 1500 },
  drain: { restMs: 42_000, restLowMs: 38_000, restHighMs: 61_000 },
  trend: 'growing',
  isStale: false,
  slices: (count) => Array.from({ length: count }, (_, index) => (index % 5 === 2 ? null : index)),
  ...more,
});

const model = (rows: readonly FollowedRow[], more: Partial<ScreenModel> = {}): ScreenModel => ({
  title: 'peak',
  nowEpochMs: Date.parse('2026-11-27T05:06:07Z'),
  elapsedMs: 130_000,
  lostSinceEpochMs: null,
  rows: sortRows(rows, 'lag'),
  total: lagTotalOf(rows),
  totalSlices: (count) => Array.from({ length: count }, (_, index) => index),
  events: () => [],
  order: 'lag',
  scroll: 0,
  hasKeys: true,
  ...more,
});

const run: RunPart = {
  phase: 'load',
  remainingMs: 170_000,
  figures: {
    requestsPerSecond: 1234,
    failedShare: 0.0012,
    p95Ms: 34,
    activeVUs: 50,
    requests: 12_000,
    failedRequests: 14,
    droppedIterations: 3,
  },
  drainForecast: null,
  verdicts: [],
  rulesAtEnd: 2,
  hasKafka: true,
  isStopping: false,
};

const textOf = (given: ScreenModel, columns = 120, rows = 30, lang: 'ko' | 'en' = 'ko'): string[] =>
  screenFrame(given, { columns, rows }, locales[lang]).lines.map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

describe('the screen of a run', () => {
  it('says in its head where the run stands, and what the load does', () => {
    const lines = textOf(model([row('issuer')], { run }));
    assert.match(
      lines[0] ?? '',
      /^lagline run peak · 부하 → 랙 해소 · 2:10 \/ 5:00 · 2:50 남음 +14:06:07 KST$/,
    );
    assert.equal(lines[1], '요청 1,234/s · 실패 0.12% · p95 34ms · VU 50 · 시작하지 못한 반복 3');
    assert.match(lines[2] ?? '', /^랙 1,200~1,250 · 해소 예상 알 수 없음 {2}[▁-█]+$/);
    assert.equal(lines[3], '규칙 2개는 끝난 뒤 판정');
  });

  it('has, of each group, lag as an interval, its way, rates, waiting time, forecast and state', () => {
    const lines = textOf(model([row('issuer')], { run }), 160, 30, 'en');
    const at = lines.findIndex((line) => line.startsWith('GROUP'));
    assert.match(
      lines[at] ?? '',
      /^GROUP +TOPIC +LAG +HISTORY +IN\/S +OUT\/S +OLDEST +DRAINS IN +STATUS +GROUP IS$/,
    );
    assert.match(
      lines[at + 1] ?? '',
      /^issuer +coupons +1,200 to 1,250 +▲ +[▁-█·]+ +300 +250.5 +900ms to 1.5s +~42s \(38s to 1m 1s\) +WARN +consuming$/,
    );
  });

  it('says that what is not known is not known, and shows no 0 for it', () => {
    const nothing = row('issuer', {
      status: null,
      phase: 'unknown',
      lagLow: null,
      lagHigh: null,
      produceRatePerSecond: null,
      consumeRatePerSecond: null,
      waiting: { lowMs: null, highMs: null },
      drain: null,
      trend: null,
      slices: (count) => Array(count).fill(null),
    });
    const figures = {
      ...run.figures,
      requestsPerSecond: undefined,
      failedShare: undefined,
      p95Ms: undefined,
    };
    const lines = textOf(
      model([nothing], { run: { ...run, figures }, totalSlices: nothing.slices }),
      160,
      30,
      'en',
    );
    assert.match(lines[1] ?? '', /^requests - · failed - · p95 - · VUs 50/);
    assert.equal(lines[2], 'lag not known · drains in not known');
    const at = lines.findIndex((line) => line.startsWith('GROUP'));
    assert.match(lines[at + 1] ?? '', /^issuer +coupons +- +- +- +- +not known +- +unknown$/);
  });

  it('has the forecast of all groups with its interval, and after the load its sums', () => {
    const drainForecast = { restMs: 42_000, restLowMs: 38_000, restHighMs: 61_000 };
    const lines = textOf(model([row('issuer')], { run: { ...run, phase: 'drain', drainForecast } }));
    assert.equal(lines[1], '총 요청 12,000 · 실패 14 · 시작하지 못한 반복 3');
    assert.match(lines[2] ?? '', /해소 예상 약 42초 \(38초~1분 1초\)/);
  });

  it('shows rules that are judged already, and that it was asked to stop', () => {
    const verdict = {
      metric: 'http_req_failed',
      expression: 'rate<0.01 abortOnFail',
      outcome: 'fail',
      measured: 0.5,
      unit: 'ratio',
    } as const;
    const verdicts = [verdict, { ...verdict, outcome: null, measured: null }];
    const lines = textOf(model([], { run: { ...run, verdicts, isStopping: true } }), 120, 30, 'en');
    assert.ok(
      lines.includes('rule http_req_failed rate<0.01 abortOnFail: fail so far (50%)'),
      lines.join('\n'),
    );
    assert.ok(lines.includes('rule http_req_failed rate<0.01 abortOnFail: not judged yet'));
    assert.ok(lines.some((line) => line.startsWith('stopping: ')));
  });

  it('has nothing of lag where no broker is watched', () => {
    const lines = textOf(model([], { run: { ...run, hasKafka: false } }));
    assert.ok(
      lines.every((line) => !line.includes('랙')),
      lines.join('\n'),
    );
  });
});

describe('the table', () => {
  const many = Array.from({ length: 1000 }, (_, number) =>
    row(`group-${number}`, { lagLow: number, lagHigh: number }),
  );

  it('has the worst that fit, and how many there are beside them', () => {
    const lines = textOf(model(many), 120, 24);
    const at = lines.findIndex((line) => line.startsWith('그룹'));
    assert.match(lines[at + 1] ?? '', /^group-999 /);
    const more = lines.findIndex((line) => line.startsWith('외 '));
    const shown = more - at - 1;
    assert.ok(shown >= 15, `${shown}`);
    assert.equal(lines[more], `외 ${1000 - shown}개`);
    assert.match(lines.at(-1) ?? '', /^q 종료 · s 정렬: 랙 · ↑↓ 이동$/);
  });

  it('scrolls no further than to its end', () => {
    const { mostScroll } = screenFrame(model(many), { columns: 120, rows: 24 }, locales.ko);
    const lines = textOf(model(many, { scroll: 5000 }), 120, 24);
    const last = lines.findIndex((line) => line.startsWith('외 ')) - 1;
    assert.match(lines[last] ?? '', /^group-0 /);
    assert.equal(mostScroll, 1000 - (last - lines.findIndex((line) => line.startsWith('그룹'))));
  });

  it('names the topic with the group where a group has several', () => {
    const lines = textOf(model([row('issuer'), row('issuer', { topic: 'mails' })]));
    assert.ok(
      lines.some((line) => line.startsWith('issuer/coupons')),
      lines.join('\n'),
    );
  });

  it('marks what the newest reading did not have', () => {
    const lines = textOf(model([row('issuer', { isStale: true, trend: null })]));
    assert.ok(
      lines.some((line) => /^issuer .* 읽지 못함/.test(line)),
      lines.join('\n'),
    );
  });

  it('keeps on a narrow terminal name, lag, way and state, and of an interval its upper bound', () => {
    const lines = textOf(model([row('쿠폰-발급-컨슈머-그룹')], { run }), 40, 24);
    const at = lines.findIndex((line) => line.startsWith('그룹'));
    assert.match(lines[at + 1] ?? '', /^쿠폰-발급-컨슈머-그룹 +≤1,250 +▲ +WARN$/);
    assert.deepEqual(lines.slice(0, 5), [
      'lagline run peak            14:06:07 KST',
      '부하 → 랙 해소',
      '2:10 / 5:00 · 2:50 남음',
      '요청 1,234/s · 실패 0.12% · p95 34ms',
      'VU 50 · 시작하지 못한 반복 3',
    ]);
  });
});

describe('events', () => {
  const events = (count: number) =>
    [
      { atEpochMs: Date.parse('2026-11-27T05:00:00Z'), text: '리밸런싱', isWarning: false, times: 1 },
      { atEpochMs: Date.parse('2026-11-27T05:06:00Z'), text: '측정 공백', isWarning: true, times: 12 },
    ].slice(-count);

  it('are the last lines above the keys, the newest last, with how often they were told', () => {
    assert.deepEqual(textOf(model([row('issuer'), row('mailer')], { events })).slice(-3), [
      '14:00:00 리밸런싱',
      '14:06:00 측정 공백 ×12',
      'q 종료 · s 정렬: 랙 · ↑↓ 이동',
    ]);
  });

  it('leave room for the table on a low terminal', () => {
    const lines = textOf(model([row('issuer')], { events }), 120, 6);
    assert.ok(
      lines.some((line) => line.startsWith('issuer')),
      lines.join('\n'),
    );
  });

  it('are told with how long nothing could be read', () => {
    const lines = textOf(model([row('issuer')], { lostSinceEpochMs: Date.parse('2026-11-27T05:05:55Z') }));
    assert.ok(lines.includes('브로커에서 12초째 읽지 못함. 아래는 마지막으로 읽은 값'), lines.join('\n'));
  });
});

it('a frame is never wider or higher than the terminal, whatever it shows', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 60 });
  const number = fc.option(fc.nat(1e9));
  fc.assert(
    fc.property(
      fc.array(fc.record({ group: name, topic: name, lagLow: number, lagHigh: number }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      fc.boolean(),
      fc.nat(40),
      (rows, columns, height, isRun, scroll) => {
        const given = model(
          rows.map(({ group, ...rest }) => row(group, rest)),
          { scroll, ...(isRun ? { run } : {}) },
        );
        for (const catalog of Object.values(locales)) {
          const { lines } = screenFrame(given, { columns, rows: height }, catalog);
          assert.equal(lines.length, height);
          for (const line of lines) assert.ok(lineWidth(line) <= columns, JSON.stringify(line));
        }
      },
    ),
  );
});
