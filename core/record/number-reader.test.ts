import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NumberReader } from './number-reader.ts';

const reader = new NumberReader();

/** What is read of a text with a comma behind it; undefined where it is left to another. */
const read = (text: string): number | undefined => {
  const bytes = Buffer.from(`"value":${text},"tags"`);
  const end = reader.read(bytes, 8);
  if (end === -1) return undefined;
  assert.equal(end, 8 + text.length, text);
  return reader.value;
};

const digits = (most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: most }).map((all) => all.join(''));
const written = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constantFrom('0', '1', '17'), digits(21)).map((all) => all.replace(/^0+(?=\d)/, '')),
    fc.oneof(
      fc.constant(''),
      digits(25).map((all) => `.${all}`),
    ),
    fc.oneof({ weight: 5, arbitrary: fc.constant('') }, fc.constantFrom('e5', 'E-7', 'e+30', 'e-310')),
  )
  .map((parts) => parts.join(''));

describe('a number of JSON', () => {
  it('is the double that JSON.parse makes of it, whatever its digits', () =>
    fc.assert(
      fc.property(
        fc.oneof(written, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)),
        (text) => {
          assert.ok(Object.is(read(text), JSON.parse(text)), text);
        },
      ),
    ));

  it('of 16 and 17 digits is so too, as sums of decimals are written', () =>
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(9), (left, right, decimals) => {
        const text = String(left / 10 ** decimals + right / 1e6);
        assert.ok(Object.is(read(text), JSON.parse(text)), text);
      }),
    ));

  it('in the middle between two doubles is the one that JSON.parse takes', () => {
    for (const text of ['9007199254740993', '9007199254740995', '4503599627370496.5', '90071992547409930.0'])
      assert.equal(read(text), JSON.parse(text), text);
  });

  for (const text of ['01', '-', '', '.5', '+1', '-01', '1e400', '1e', 'null', '"1"', '1.'])
    it(`is none in ${JSON.stringify(text)}`, () => {
      assert.equal(read(text), undefined);
    });

  it('ends where it is no number any more', () => {
    for (const [text, length] of [
      ['1x', 1],
      ['1.5.5', 3],
      ['12345678901.5-', 13],
    ] as const)
      assert.equal(reader.read(Buffer.from(`${text} `), 0), length);
  });
});
