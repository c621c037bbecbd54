import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { fitName, fitText, padText, widthOf } from './cells.ts';
import { fitLine, flow, lineWidth, paint, span } from './spans.ts';
import { sparkline } from './sparkline.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '주', '문', '…', '▁', '█', '·', 'é', '👨‍👩‍👧', 'ㅎ'),
    maxLength: 30,
  }),
);

describe('cells', () => {
  it('are as wide as string-width has it, which is what Ink goes by', () => {
    fc.assert(fc.property(text, (value) => assert.equal(widthOf(value), stringWidth(value))));
  });

  it('never get wider than asked for, and keep what fits', () => {
    fc.assert(
      fc.property(text, fc.nat(40), (value, columns) => {
        const fitted = fitText(value, columns);
        assert.ok(widthOf(fitted) <= columns, `${widthOf(fitted)} > ${columns}`);
        if (widthOf(value) <= columns) assert.equal(fitted, columns === 0 ? '' : value);
      }),
    );
  });

  for (const [value, columns, expected] of [
    ['주문-그룹', 9, '주문-그룹'],
    ['주문-그룹', 8, '주문-그…'],
    ['주문-그룹', 7, '주문-…'],
    ['orders', 4, 'ord…'],
    ['orders', 1, '…'],
  ] as const)
    it(`make '${expected}' of '${value}' in ${columns} columns`, () =>
      assert.equal(fitText(value, columns), expected));

  for (const [value, columns, expected] of [
    ['order-consumer-29', 17, 'order-consumer-29'],
    ['order-consumer-29', 10, 'order…r-29'],
    ['주문-소비자-그룹-29', 12, '주문-…룹-29'],
    ['order', 2, 'o…'],
    ['order', 1, '…'],
  ] as const)
    it(`make '${expected}' of the name '${value}' in ${columns} columns`, () =>
      assert.equal(fitName(value, columns), expected));

  it('hold names of any kind', () => {
    fc.assert(
      fc.property(text, fc.nat(40), (value, columns) =>
        assert.ok(widthOf(fitName(value, columns)) <= columns),
      ),
    );
  });

  it('are filled to their width on either side', () => {
    assert.equal(padText('주문', 6, 'left'), '주문  ');
    assert.equal(padText('주문', 6, 'right'), '  주문');
    assert.equal(padText('주문서', 5, 'right'), '주문…');
  });
});

describe('lines', () => {
  const parts = [[span('요청 10/s')], [span('실패 0%')], [span('p95 34ms')]];

  it('flow into as many as it takes', () => {
    const texts = (columns: number) =>
      flow(parts, columns).map((line) => line.map((each) => each.text).join(''));
    assert.deepEqual(texts(80), ['요청 10/s · 실패 0% · p95 34ms']);
    assert.deepEqual(texts(20), ['요청 10/s · 실패 0%', 'p95 34ms']);
    assert.deepEqual(texts(6), ['요청 …', '실패 …', 'p95 3…']);
  });

  it('are cut where the terminal ends, with their tones', () => {
    const cut = fitLine([span('랙 '), span('12,345', 'strong')], 6);
    assert.deepEqual(cut, [{ text: '랙 ' }, { text: '12…', tone: 'strong' }]);
    assert.equal(lineWidth(cut), 6);
  });

  it('are painted without colours where those are not wanted', () => {
    const line = [span('랙 '), span('9', 'bad'), span('', 'good')];
    assert.equal(paint(line, true), '랙 \u001B[1;31m9\u001B[0m');
    assert.equal(paint(line, false), '랙 \u001B[1m9\u001B[0m');
    assert.equal(paint([span('ok', 'good')], false), 'ok');
  });
});

describe('a sparkline', () => {
  for (const [values, expected] of [
    [[], ''],
    [[0, 0, 0], '▁▁▁'],
    [[0, 1, 1000], '▁▂█'],
    [[4, 8], '▅█'],
    [[null, null, 3, null, 0], '  █·▁'],
    [[null, null], '  '],
    [[5, null, null], '█··'],
  ] as const)
    it(`of ${JSON.stringify(values)} is '${expected}'`, () => assert.equal(sparkline(values), expected));
});
