import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readQuantities } from './read-quantities.ts';
import { overlap, spanOf } from './tolerance.ts';
import type { WrittenQuantity, WrittenUnit } from './written-quantity.ts';

type Expected = readonly [value: number, unit: WrittenUnit, rest?: Partial<WrittenQuantity>];

const read: Readonly<Record<string, readonly Expected[]>> = {
  '✅ 99.81% 우수': [[99.81, 'percent', { step: 0.01 }]],
  '0.18% (300/161433) 정상 범주': [
    [0.18, 'percent'],
    [300, 'count', { outOf: { value: 161_433, step: 1 } }],
  ],
  '161,133 out of 161,433': [[161_133, 'count', { outOf: { value: 161_433, step: 1 } }]],
  'p95 < 500ms 매우 빠름': [[500, 'ms', { comparator: '<' }]],
  'p95(960.93ms) < 1000ms 적정': [
    [960.93, 'ms', { comparator: '=' }],
    [1000, 'ms', { comparator: '<' }],
  ],
  'p(95)=464.83ms': [[464.83, 'ms', { step: 0.01 }]],
  '약 1시간 16분 소요': [[4_560_000, 'ms', { isApproximate: true, step: 60_000 }]],
  '4분 30초': [[270_000, 'ms', { step: 1000 }]],
  '4m30s, 1h': [
    [270_000, 'ms'],
    [3_600_000, 'ms'],
  ],
  'about 1 hour 16 minutes': [[4_560_000, 'ms', { isApproximate: true }]],
  '1.65ms / 500µs / 2.28초': [
    [1.65, 'ms'],
    [0.5, 'ms'],
    [2280, 'ms', { step: 10 }],
  ],
  '3분 만에 소진': [[180_000, 'ms']],
  '672/s 유지': [[672, 'per-second']],
  '순간 피크 1000 RPS 이상 처리 가능': [[1000, 'per-second', { comparator: '>=' }]],
  '1,000 requests per second': [[1000, 'per-second', { text: '1,000 requests per second' }]],
  '초당 691건': [[691, 'per-second']],
  '180건/초': [[180, 'per-second']],
  '10k RPS': [[10_000, 'per-second', { step: 1000 }]],
  '16만 1433건': [[161_433, 'count', { step: 1 }]],
  '2만 건': [[20_000, 'count', { step: 10_000 }]],
  '1.2M requests': [[1_200_000, 'count', { step: 100_000 }]],
  'VU 500, 300 VUs': [
    [500, 'vus'],
    [300, 'vus'],
  ],
  '47 MB, 197 kB/s, 1 GiB': [
    [47e6, 'bytes', { step: 1e6 }],
    [197e3, 'bytes-per-second'],
    [2 ** 30, 'bytes'],
  ],
  '500ms를 넘지 않음': [[500, 'ms', { comparator: '<=' }]],
  '500ms 미만, 1% 이하, 10초 이내, 3초 초과': [
    [500, 'ms', { comparator: '<' }],
    [1, 'percent', { comparator: '<=' }],
    [10_000, 'ms', { comparator: '<=' }],
    [3000, 'ms', { comparator: '>' }],
  ],
  'within 2 seconds, at least 90%, under 500 ms, more than 5 errors': [
    [2000, 'ms', { comparator: '<=' }],
    [90, 'percent', { comparator: '>=' }],
    [500, 'ms', { comparator: '<' }],
    [5, 'count', { comparator: '>' }],
  ],
  '10.5초~12초': [
    [10_500, 'ms', { comparator: '>=', isApproximate: false }],
    [12_000, 'ms', { comparator: '<=', isApproximate: false }],
  ],
  '최대 90% 가량': [[90, 'percent', { isApproximate: true }]],
};

describe('the numbers of a sentence', () => {
  for (const [text, expected] of Object.entries(read))
    it(text, () => {
      const found = readQuantities(text);
      assert.deepEqual(
        found.map(({ value, unit }) => [value, unit]),
        expected.map(([value, unit]) => [value, unit]),
      );
      for (const [index, [, , rest = {}]] of expected.entries())
        assert.deepEqual({ ...found[index], ...rest }, found[index]);
    });
});

describe('numbers that measure nothing are passed over', () => {
  for (const text of [
    '2026-03-14 14:26:53',
    '2026.03.14T14:26:53+09:00',
    'k6 v1.8.1, Kafka 4.1.1',
    'HTTP 200, 5xx',
    'p95와 p(99)',
    '2차 테스트',
    'http://127.0.0.1:8080/coupons/1',
    '0.5%p 개선',
    '3배',
    'S3, EC2, #12',
  ])
    it(text, () => {
      assert.deepEqual(readQuantities(text), []);
    });
});

const digits = fc
  .tuple(fc.integer({ min: 0, max: 9_999_999 }), fc.integer({ min: 0, max: 3 }))
  .map(([whole, decimals]) => ({ value: whole / 10 ** decimals, decimals }));
const grouped = (value: number, decimals: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
const units: readonly (readonly [written: string, unit: WrittenUnit, scale: number])[] = [
  ['ms', 'ms', 1],
  ['초', 'ms', 1000],
  ['s', 'ms', 1000],
  ['분', 'ms', 60_000],
  ['%', 'percent', 1],
  ['건', 'count', 1],
  [' RPS', 'per-second', 1],
  ['/s', 'per-second', 1],
  [' VU', 'vus', 1],
  [' MB', 'bytes', 1e6],
];
const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= Math.abs(b) * 1e-9 + 1e-9;

it('a number reads back as it was written, with or without groups, and in Korean words around it', () => {
  fc.assert(
    fc.property(
      digits,
      fc.constantFrom(...units),
      fc.boolean(),
      fc.constantFrom('', '결과는 ', '총 ', '(', 'measured '),
      fc.constantFrom('', ' 소요', '입니다.', ')', ' overall'),
      ({ value, decimals }, [written, unit, scale], isGrouped, before, after) => {
        const number = isGrouped ? grouped(value, decimals) : value.toFixed(decimals);
        const [found, ...others] = readQuantities(`${before}${number}${written}${after}`);
        assert.deepEqual(others, []);
        assert.equal(found?.text, `${number}${written}`);
        assert.equal(found.unit, unit);
        assert.ok(isClose(found.value, value * scale), `${found.value} is not ${value * scale}`);
        assert.ok(isClose(found.step, 10 ** -decimals * scale));
      },
    ),
  );
});

it('durations in parts add up, in Korean and as k6 writes them', () => {
  const parts = fc.record({
    h: fc.integer({ min: 0, max: 99 }),
    m: fc.integer({ min: 0, max: 59 }),
    s: fc.integer({ min: 1, max: 59 }),
  });
  fc.assert(
    fc.property(parts, fc.boolean(), ({ h, m, s }, isKorean) => {
      const [hour, minute, second, gap] = isKorean ? ['시간', '분', '초', ' '] : ['h', 'm', 's', ''];
      const text = [h > 0 ? `${h}${hour}` : '', m > 0 ? `${m}${minute}` : '', `${s}${second}`]
        .filter(Boolean)
        .join(gap);
      const [found] = readQuantities(`모두 ${text} 걸림`);
      assert.equal(found?.value, ((h * 60 + m) * 60 + s) * 1000);
      assert.equal(found.text, text);
    }),
  );
});

it('no text makes it fail, and what it finds stands where it says', () => {
  const pieces = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '1,',
      '000',
      '.',
      '%',
      '초',
      '분',
      ' ',
      '/',
      '만',
      'k',
      'RPS',
      '<',
      '~',
      '약 ',
      '건',
      '9',
    ),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (words) => {
      const text = words.join('');
      let end = 0;
      for (const one of readQuantities(text)) {
        assert.equal(text.slice(one.start, one.end), one.text);
        assert.ok(one.start >= end && one.value >= 0 && one.step > 0);
        ({ end } = one);
      }
    }),
  );
});

describe('what digits allow', () => {
  const unitsOfShares = ['percent', 'per-second', 'count'] as const;
  const written = fc.tuple(
    fc.double({ min: 0, max: 1e6, noNaN: true }),
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom(...unitsOfShares, 'ms' as const),
  );

  it('is every value that rounds to them, and but for durations every value cut to them', () => {
    fc.assert(
      fc.property(written, ([truth, decimals, unit]) => {
        const step = 10 ** -decimals;
        const point = { low: truth, high: truth };
        const rounded = { value: Math.round(truth / step) * step, step };
        assert.ok(overlap(spanOf(rounded, { unit, isApproximate: false }), point));
        if (unit === 'ms') return;
        const cut = { value: Math.floor(truth / step) * step, step };
        assert.ok(overlap(spanOf(cut, { unit, isApproximate: false }), point));
      }),
    );
  });

  it('is nothing that is more than one step away', () => {
    fc.assert(
      fc.property(
        written,
        fc.double({ min: 1.01, max: 50, noNaN: true }),
        ([truth, decimals, unit], steps) => {
          const step = 10 ** -decimals;
          const value = Math.round(truth / step) * step + Math.ceil(steps) * step;
          const span = spanOf({ value, step }, { unit, isApproximate: false });
          assert.ok(!overlap(span, { low: truth, high: truth }));
        },
      ),
    );
  });

  it('of an approximate number has no meaning in the zeros at its end', () => {
    const about = (value: number): ReturnType<typeof spanOf> =>
      spanOf({ value, step: 1 }, { unit: 'count', isApproximate: true });
    assert.ok(overlap(about(160_000), { low: 161_433, high: 161_433 }));
    assert.ok(!overlap(about(160_000), { low: 166_000, high: 166_000 }));
    assert.ok(!overlap(about(161_000), { low: 162_000, high: 162_000 }));
  });
});
