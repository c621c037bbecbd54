import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildRecord, gauge, partition } from '../fixtures/build-record.ts';
import { buildReport } from '../core/judge/build-report.ts';
import { locales } from '../reporters/locales/index.ts';
import { terminalSummary } from '../reporters/terminal-summary.ts';
import { incidentReport } from '../reporters/incident/incident-report.ts';

const reconstruction = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:01:00.000Z' };

/** A minute of the past: 300 messages a second for 15 s, 150 consumed; of the first 5 s the commits are gone. */
const record = buildRecord({
  durationMs: 60_000,
  phases: [],
  load: undefined,
  end: { atMs: 60_000, status: 'completed' },
  offsets: [
    partition(
      Array.from({ length: 56 }, (_, index) => index + 5).map((second) => [
        second * 1000,
        Math.min(6000, Math.max(0, (second - 5) * 150)),
        Math.min(6000, second * 300),
      ]),
    ),
  ],
  gaps: [{ source: 'kafka', fromMs: 0, toMs: 5000, reason: 'commits-compacted' }],
  events: [
    {
      atMs: 0,
      name: 'history-missing',
      facts: { group: 'issuer', topic: 'coupons', partitions: '0', reason: 'commits-compacted', forMs: 5000 },
    },
  ],
  series: [
    {
      ...gauge(
        'prometheus',
        [
          [0, 100],
          [30_000, 160],
        ],
        { query: 'heap' },
      ),
      unit: 'none',
    },
  ],
  plan: {
    scenario: { name: 'reconstruct', envNames: [], timeScale: 1 },
    reconstruction,
    prometheus: { url: 'http://127.0.0.1:9090', queries: { heap: 'heap' }, scrape: [] },
    thresholds: { kafka_lag: ['max<2000'] },
  },
});
const document = buildReport([record], '0.1.0');
const runs = [{ record, k6Console: null, runFolder: '.' }];

const render = async (language: 'ko' | 'en') => {
  const files = await incidentReport.render({ document, runs }, locales[language]);
  return {
    text: String(files.find(({ path }) => path.endsWith('.md'))?.content),
    pictures: files.map(({ path }) => path).filter((path) => path.endsWith('.png')),
  };
};

describe('the report of a past period', () => {
  it('says in Korean what it is, and nothing of a load that there was not', async () => {
    const { text } = await render('ko');
    assert.match(text, /^> \*\*과거 구간 재구성\*\*/m);
    assert.match(text, /^## 재구성 결과$/m);
    assert.match(text, /재구성한 구간 \| 2026-01-01 09:00:00 KST ~ 2026-01-01 09:01:00 KST/);
    assert.match(text, /발행 종료 후 2[45]초 만에 랙 해소/);
    assert.match(text, /이력 없음.*파티션 0.*5초 동안 랙을 알 수 없음.*컴팩션/);
    assert.match(text, /브로커 로그\(커밋 이력과 레코드 타임스탬프\)/);
    assert.match(text, /같은 구간을 다시 재구성/);
    assert.match(text, /전체 구간 평균/);
    const words = text.replace(/^> .*$/gm, '').replace('부하를 걸지 않음(과거 구간 재구성)', '');
    assert.doesNotMatch(words, /부하 (?:종료|구간|시작|결과)|k6 테스트|테스트 환경|브로커 장애|접수\(202\)/);
  });

  it('tags what was computed from logs as computed, and not as measured', () => {
    const origin = document.runs[0]?.provenance['kafka.groups.0.peakLagMessages'];
    assert.deepEqual([origin?.kind, origin?.source], ['computed', 'kafka logs issuer/coupons']);
    const rule = document.runs[0]?.rules.find(({ metric }) => metric === 'kafka_lag');
    assert.deepEqual([rule?.outcome, rule?.provenance?.kind], ['fail', 'computed']);
  });

  it('draws lag, time lag and what Prometheus knew, and no empty pictures of a load', async () => {
    assert.deepEqual((await render('ko')).pictures, [
      'charts/reconstruct-lag.png',
      'charts/reconstruct-time-lag.png',
      'charts/reconstruct-prometheus-1.png',
    ]);
  });

  it('can be told in English', async () => {
    const { text } = await render('en');
    assert.doesNotMatch(text, /undefined|NaN|\[object|[가-힣]/);
    assert.match(text, /after the end of producing/);
  });

  it('has no line on requests on the terminal', () => {
    const summary = terminalSummary(document, locales.ko, { hasColour: false });
    assert.doesNotMatch(summary, /요청/);
    assert.match(summary, /과거 구간 재구성.*미통과/);
  });
});
