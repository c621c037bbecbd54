import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { incidentBlocks } from '../reporters/incident/incident-report.ts';
import { renderMarkdown } from '../reporters/incident/markdown.ts';
import { locales } from '../reporters/locales/index.ts';
import { readSummaryText } from '../core/k6-output/read-summary-text.ts';
import { savedRecord } from '../core/k6-output/saved-record.ts';
import { buildReport } from '../core/judge/build-report.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { checkClaims } from '../core/claims/check-claims.ts';
import { checkDocumentSchema, type CheckDocument, type Judgement } from '../core/claims/check-document.ts';
import type { ClaimedRun } from '../core/claims/known-figures.ts';
import { readMarkdown } from '../core/claims/read-markdown.ts';

const fixture = (...path: string[]): string => join(import.meta.dirname, '..', 'fixtures', ...path);
const context = { file: 'report.md', laglineVersion: '0.0.0' };

const claimed = (
  records: readonly RunRecord[],
  source: ClaimedRun['source'],
  places: readonly ClaimedRun['place'][] = [],
): ClaimedRun[] =>
  buildReport(records, '0.0.0').runs.map((report, index) => ({
    report,
    k6Metrics: records[index]?.load?.summary?.metrics ?? {},
    source,
    place: places[index] ?? null,
  }));

/** The runs of the k6 blocks inside a document. */
const runsWithin = (markdown: string): ClaimedRun[] => {
  const found = readMarkdown(markdown).codeBlocks.flatMap((block) =>
    readSummaryText(block.text).map((saved) => ({ block, saved })),
  );
  const records = found.map(({ saved }, index) =>
    savedRecord(
      saved,
      { file: 'report.md', part: index + 1, parts: found.length },
      {
        laglineVersion: '0.0.0',
        thresholds: {},
      },
    ),
  );
  return claimed(
    records,
    'document',
    found.map(({ block: { headings, line } }) => ({ headings, line })),
  );
};

const runsIn = async (...names: string[]): Promise<ClaimedRun[]> =>
  claimed(await Promise.all(names.map((name) => readRecord(fixture('runs', name)))), 'run');

const check = (markdown: string, runs: readonly ClaimedRun[]): CheckDocument =>
  checkDocumentSchema.parse(checkClaims(markdown, runs, context));

const source = readFileSync(fixture('k6-output', 'coupon-report.md'), 'utf8');

/** The claim that has the words, which stand in one claim alone. */
const claimWith = (document: CheckDocument, words: string, run?: number): CheckDocument['claims'][number] => {
  const [claim, ...others] = document.claims.filter(
    ({ text, runs }) => text.includes(words) && (run === undefined || runs[0] === run),
  );
  assert.ok(
    claim !== undefined && others.length === 0,
    `${others.length + Number(claim !== undefined)} × ${words}`,
  );
  return claim;
};

const figuresOf = (claim: CheckDocument['claims'][number]): Record<string, number | null> =>
  Object.fromEntries(
    claim.parts.flatMap(({ reasons }) =>
      reasons.flatMap(({ figures }) => figures.map(({ path, value }) => [path, value])),
    ),
  );

const reasonsOf = (claim: CheckDocument['claims'][number]): string[] => [
  ...new Set(claim.parts.flatMap(({ reasons }) => reasons.map(({ id }) => id))),
];

describe('the hand-written report that reports descend from, beside its own k6 blocks', () => {
  const document = check(source, runsWithin(source));

  it('is contradicted where it says that 1000 RPS can be handled', () => {
    const claim = claimWith(document, '순간 피크 1000 RPS 이상 처리 가능');
    assert.equal(claim.judgement, 'contradicted');
    const figures = figuresOf(claim);
    assert.equal(figures['runs.1.load.requestsPerSecond'], 691.133211);
    assert.equal(figures['runs.1.load.droppedIterations'], 8610);
    assert.equal(figures['runs.1.load.peakTargetPerSecond'], 1000);
    assert.equal(document.outcome, 'contradicted');
    assert.equal(document.exitCode, 99);
  });

  it('is contradicted where it sums up that the target rate was met', () => {
    const claim = claimWith(document, '목표 RPS와 응답 시간 기준 충족');
    assert.equal(claim.judgement, 'contradicted');
    assert.deepEqual(reasonsOf(claim), ['target-not-reached']);
    assert.deepEqual(claim.runs, [0, 1]);
  });

  for (const [run, failures] of [
    [0, 300],
    [1, 500],
  ] as const)
    it(`is questioned where ${failures} failures are called normal: as many as the greatest number of VUs`, () => {
      const claim = claimWith(document, '정상 범주', run);
      assert.equal(claim.judgement, 'questioned');
      assert.deepEqual(
        claim.parts.map(({ judgement }) => judgement),
        ['supported', 'supported', 'questioned'],
      );
      assert.deepEqual(reasonsOf(claim), ['matches', 'failures-equal-max-vus', 'no-limit-stated']);
      assert.equal(figuresOf(claim)[`runs.${run}.load.failedRequests`], failures);
      assert.equal(figuresOf(claim)[`runs.${run}.load.maxActiveVUs`], failures);
    });

  it('is questioned where resources are called stable beside 90 % of memory, or under a load that was never reached', () => {
    const beside = claimWith(document, '메모리 최대 90%');
    assert.equal(beside.judgement, 'questioned');
    assert.deepEqual(reasonsOf(beside), ['not-measured', 'document-says']);
    const summedUp = claimWith(document, '리소스는 안정');
    assert.equal(summedUp.judgement, 'questioned');
    const under = claimWith(document, '목표 RPS에서 리소스 안정');
    assert.equal(under.judgement, 'questioned');
    assert.deepEqual(reasonsOf(under), ['target-not-reached']);
  });

  it('is right in every figure that k6 measured', () => {
    for (const [words, run] of [
      ['99.81%', 0],
      ['p95 < 500ms', 0],
      ['672/s', 0],
      ['97.66%', 1],
      ['p95(960.93ms) < 1000ms', 1],
      ['691/s', 1],
    ] as const)
      assert.equal(claimWith(document, words, run).judgement, 'supported', words);
  });

  it('cannot be held to what a summary does not show: Kafka, stock, duplicates', () => {
    for (const words of ['4분 30초', '1시간 16분', '약 2분', '약 15분'])
      assert.equal(claimWith(document, words).judgement, 'not-measurable', words);
    for (const run of [0, 1])
      assert.equal(claimWith(document, '중복 발급 없음', run).judgement, 'not-measurable');
  });

  it('says where each claim stands, and counts them', () => {
    const lines = source.split('\n');
    for (const { line, parts } of document.claims)
      for (const { text } of parts) assert.ok(lines[line - 1]?.includes(text), `${line}: ${text}`);
    assert.deepEqual(document.counts, { supported: 6, contradicted: 2, questioned: 7, 'not-measurable': 6 });
  });
});

/** Sentences and what is to be said of them, beside a stored run. */
type Expected = Readonly<Record<string, Judgement>>;

const holdsFor = (title: string, runs: () => Promise<ClaimedRun[]>, expected: Expected): void => {
  describe(title, async () => {
    const document = check(
      Object.keys(expected)
        .map((sentence) => `- ${sentence}`)
        .join('\n'),
      await runs(),
    );
    for (const [sentence, judgement] of Object.entries(expected))
      it(`${judgement}: ${sentence}`, () => {
        const claim = document.claims.find(({ text }) => text === sentence);
        assert.ok(claim !== undefined, 'it was not taken for a claim');
        assert.equal(claim.judgement, judgement, JSON.stringify(claim.parts));
      });
  });
};

holdsFor('beside a peak that was drained', () => runsIn('backlog-drained'), {
  '총 요청 12,002건, 평균 999.2 RPS': 'supported',
  '요청 12,020건을 처리': 'contradicted',
  '성공률 100%, 에러율 0%': 'supported',
  '에러율은 0.5%였다': 'contradicted',
  'p95 33.46ms, p99 71.2ms, 최대 115ms': 'supported',
  'p99는 33.46ms였다': 'contradicted',
  'p95 응답 시간은 33.46초였다': 'contradicted',
  '응답 시간 p95는 100ms 이하': 'supported',
  '응답 시간 p99는 50ms를 넘지 않음': 'contradicted',
  '✅ 1000 RPS 처리 가능': 'supported',
  '✅ 3000 RPS까지 처리 가능': 'questioned',
  '최대 랙 9,668건': 'supported',
  '컨슈머 랙은 최대 500건을 넘지 않았다': 'contradicted',
  'Kafka는 백로그 없이 처리': 'contradicted',
  '부하 종료 후 54초 만에 랙이 해소됨': 'supported',
  '백로그는 3분 만에 소진됨': 'contradicted',
  '모든 메시지 소비에 약 1분 소요': 'supported',
  '모든 메시지 소비에 약 3분 소요': 'contradicted',
  '모든 메시지 소비에 1분 6초 소요': 'supported',
  '발행은 12초에 끝남': 'supported',
  '소비 속도 180건/s': 'supported',
  '모든 메시지가 소비 완료됨': 'supported',
  '소비 지연으로 lag이 발생': 'supported',
  '중복 발급 없음': 'supported',
  '초과 발급은 12건': 'contradicted',
  '유실 없이 처리': 'supported',
  'CPU는 90% 이하로 유지': 'supported',
  'CPU는 최대 40%': 'contradicted',
  '리소스는 안정적으로 관리됨': 'supported',
  '시스템이 안정적으로 동작': 'questioned',
  '발급 완료 지연 p95는 51.86초': 'supported',
  '목표 RPS 달성': 'supported',
  '소비 목표를 충족': 'contradicted',
  '12초 동안 최대 500 VU': 'supported',
  '이전에는 p95가 812ms였다': 'not-measurable',
  '컨슈머를 6개로 늘릴 예정': 'not-measurable',
  '쿠폰 37종을 준비, 응답 크기는 512MB': 'not-measurable',
  '매출 손실은 40%': 'not-measurable',
});

holdsFor('beside a stress test whose backlog outlasted the watching', () => runsIn('backlog-not-drained'), {
  'The run sent 46,456 requests at 1,935 requests per second with 300 VUs.': 'supported',
  'p95 was 255.6 ms and p99 439 ms.': 'supported',
  'p95 was 439 ms.': 'contradicted',
  'Mean latency 84.46 ms; median 56 ms.': 'supported',
  'Response times were under 500 ms.': 'questioned',
  'Response times were under 1 second.': 'supported',
  'No errors.': 'supported',
  'The system remained stable under load.': 'questioned',
  'The service did not stay stable under load for 5 minutes.': 'not-measurable',
  'All messages were consumed.': 'contradicted',
  'The backlog drained in 3 minutes.': 'not-measurable',
  'The backlog drained in 10 seconds.': 'contradicted',
  'Consuming all messages took at least 40 seconds.': 'supported',
  'Peak lag was 41,993 messages, and 38,520 were left at the end.': 'supported',
  'Lag never exceeded 10,000 messages.': 'contradicted',
  'No consumer lag was seen.': 'contradicted',
  'CPU stayed below 90%.': 'contradicted',
  'Resources stayed stable.': 'questioned',
  'No duplicates.': 'supported',
  'No message loss.': 'not-measurable',
  'We can handle 5,000 requests per second.': 'questioned',
  'We should handle 5,000 requests per second next year.': 'not-measurable',
});

holdsFor('beside a healthy smoke test', () => runsIn('healthy'), {
  '요청 26건, 실패 0건': 'supported',
  '✅ 시스템이 안정적으로 동작': 'supported',
  '✅ 백로그 없이 처리': 'supported',
  '✅ 목표 RPS 달성': 'supported',
  '✅ 리소스 안정, 메모리 7% 이하': 'supported',
  '✅ 에러 없음': 'supported',
  '소비 지연으로 lag이 발생': 'contradicted',
  '에러율은 정상 범주': 'supported',
});

describe("lagline's own reports say nothing that their runs contradict", () => {
  for (const name of ['backlog-drained', 'backlog-not-drained', 'healthy', 'interrupted'])
    for (const catalog of [locales.ko, locales.en])
      it(`${name} (${catalog.id})`, async () => {
        const record = await readRecord(fixture('runs', name));
        const report = buildReport([record], '0.0.0');
        const run = { record, k6Console: null, runFolder: '.' };
        const markdown = renderMarkdown(incidentBlocks({ document: report, runs: [run] }, catalog, [{}]));
        const { claims, counts } = check(markdown, await runsIn(name));
        assert.deepEqual(
          claims.filter(({ judgement }) => judgement === 'contradicted').map(({ text }) => text),
          [],
        );
        assert.ok(counts.supported >= 15, `only ${counts.supported} of ${claims.length} were supported`);
      });
});

describe('which run a claim is about', () => {
  const runs = (): Promise<ClaimedRun[]> => runsIn('backlog-not-drained', 'backlog-drained');
  const judge = async (markdown: string): Promise<readonly (readonly [number[], Judgement])[]> =>
    check(markdown, await runs()).claims.map((claim) => [claim.runs, claim.judgement] as const);

  it('is told by headings, columns and words', async () => {
    assert.deepEqual(
      await judge(`# 부하 테스트 보고서
## stress test
RPS 1,935/s
## peak test
RPS 999/s
## 요약
| 항목 | 결과 |
| --- | --- |
| peak test RPS | 999/s |

stress test에서는 요청 46,456건을 보냈다.`),
      [
        [[0], 'supported'],
        [[1], 'supported'],
        [[1], 'supported'],
        [[0], 'supported'],
      ],
    );
  });

  it('is all of them where nothing tells: a figure of any is right, words have to hold for each', async () => {
    assert.deepEqual(await judge('요청은 12,002건\n\n요청은 999건\n\n모든 메시지가 소비 완료됨'), [
      [[0, 1], 'supported'],
      [[0, 1], 'contradicted'],
      [[0, 1], 'contradicted'],
    ]);
  });

  it('is none where the data are of other scenarios', async () => {
    assert.deepEqual(await judge('## soak test\n\nRPS 150/s, p95 12ms'), [[[], 'not-measurable']]);
  });

  it('is by column where the columns are scenarios', async () => {
    const { claims } = check(
      '| 지표 | stress test | peak test |\n|-|-|-|\n| 요청 수 | 46,456 | 12,002 |\n',
      await runs(),
    );
    assert.deepEqual(
      claims.map(({ judgement }) => judgement),
      ['supported'],
    );
  });
});

it('a row of a partition or a moment is held against no figure of the whole run', async () => {
  const [head, rule, ...rows] = [
    '| 파티션 | 최대 랙 | RPS |',
    '|-|-|-|',
    '| 0 | 3,204건 | 500 RPS |',
    '| 14:31 | 9,000건 | 1,200 RPS |',
  ];
  const { claims } = check([head, rule, ...rows].join('\n'), await runsIn('backlog-drained'));
  assert.deepEqual(
    claims.map(({ judgement }) => judgement),
    ['not-measurable', 'not-measurable'],
  );
});

it('a value under a percentile or a result is that of the row', async () => {
  const markdown =
    '| 항목 | p95 | p99 | 결과 |\n|-|-|-|-|\n| 응답 시간 | 71.2ms | 71.2ms | - |\n| 최대 랙 | - | - | 500건 |\n';
  const { claims } = check(markdown, await runsIn('backlog-drained'));
  assert.deepEqual(
    claims.map(({ parts }) => parts.map(({ judgement }) => judgement)),
    [['contradicted', 'supported'], ['contradicted']],
  );
});

describe('a summary alone', () => {
  const text = (failed: number): string => `# t\n\`\`\`
     scenarios: (100.00%) 1 scenario, 50 max VUs, 1m0s max duration (incl. graceful stop):
              * default: 100.00 iterations/s for 30s (maxVUs: 50, gracefulStop: 30s)

  █ TOTAL RESULTS

    HTTP
    http_req_duration..............: avg=20ms min=1.2ms med=18ms max=2.1s p(90)=40ms p(95)=55.5ms
    http_req_failed................: ${((failed / 3000) * 100).toFixed(2)}% ${failed} out of 3000
    http_reqs......................: 3000 99.9/s

    EXECUTION
    iteration_duration.............: avg=21ms min=1.3ms med=19ms max=2.2s p(90)=41ms p(95)=56.5ms
    iterations.....................: 3000 99.9/s
    vus............................: 1 min=1 max=50
    vus_max........................: 50 min=50 max=50
\`\`\`
`;
  const judged = (failed: number, sentence: string): CheckDocument['claims'][number] => {
    const markdown = text(failed) + sentence;
    return claimWith(check(markdown, runsWithin(markdown)), sentence);
  };

  it('gives a p99 only bounds, from p95 to the maximum: beyond them it is wrong, within them unknown', () => {
    assert.equal(judged(0, 'p99는 80ms').judgement, 'not-measurable');
    assert.equal(judged(0, 'p99는 40ms').judgement, 'contradicted');
    assert.equal(judged(0, 'p99는 3초 이하').judgement, 'supported');
    assert.equal(judged(0, 'p99는 50ms 이하').judgement, 'contradicted');
  });

  it('calls the pattern of one failure per VU only where there are as many failures as VUs', () => {
    assert.ok(reasonsOf(judged(50, '에러율 1.66%')).includes('failures-equal-max-vus'));
    assert.ok(!reasonsOf(judged(49, '에러율 1.63%')).includes('failures-equal-max-vus'));
    assert.deepEqual(reasonsOf(judged(49, '에러율은 허용 범위 내')), ['no-limit-stated']);
  });

  it("knows k6's metrics by their own names", () => {
    assert.equal(judged(0, 'iteration_duration p95 56.5ms').judgement, 'supported');
    assert.equal(judged(0, 'iteration_duration p95 99ms').judgement, 'contradicted');
  });
});

it('data pasted into a report are no sentence, and do not hold it up', async () => {
  const { claims } = check(
    `요청 12,002건\n\n${'1'.repeat(500_000)}\n\n${'9 만 '.repeat(50_000)}`,
    await runsIn('backlog-drained'),
  );
  assert.deepEqual(
    claims.map(({ judgement }) => judgement),
    ['supported'],
  );
});

it('no claim at all, or none that could be held against the data, is no pass', async () => {
  const runs = await runsIn('healthy');
  for (const markdown of ['# 제목\n\n본문.', '매출은 30% 늘었다.']) {
    const { outcome, exitCode } = check(markdown, runs);
    assert.deepEqual([outcome, exitCode], ['no-data', 3]);
  }
});
