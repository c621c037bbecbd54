import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KnownError } from '../errors.ts';
import { parseJsonPath, valueAt } from './json-path.ts';

const written = (path: readonly (string | number)[]): string =>
  `$${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}`;

describe('a path into a JSON answer', () => {
  it('reads names and indexes from the root on', () => {
    assert.deepEqual(parseJsonPath('$'), []);
    assert.deepEqual(parseJsonPath('$.counts.missing'), ['counts', 'missing']);
    assert.deepEqual(parseJsonPath('$.rows[10][0].a-b'), ['rows', 10, 0, 'a-b']);
    assert.deepEqual(parseJsonPath('$.0.건수'), ['0', '건수']);
  });

  it('reads whatever is written by the same rules', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[.[\]*\s]/.test(text));
    const path = fc.array(fc.oneof(name, fc.nat({ max: 999_999_999 })));
    fc.assert(fc.property(path, (keys) => assert.deepEqual(parseJsonPath(written(keys)), keys)));
  });

  it('never fails but with a KnownError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `$${text}`),
        ),
        (text) => {
          try {
            assert.equal(written(parseJsonPath(text)), text.replaceAll(/\[0+(?=\d)/g, '['));
          } catch (error) {
            assert.ok(error instanceof KnownError && error.remedy !== undefined);
          }
        },
      ),
    );
  });

  for (const [text, column] of [
    ['', 0],
    ['counts.missing', 0],
    ['$counts', 1],
    ['$.a..b', 3],
    ['$.a[b]', 3],
    ['$.a[-1]', 3],
    ['$.a[0', 3],
    ['$.a b', 3],
    ['$.*', 1],
    ['$.rows[9999999999]', 6],
  ] as const) {
    it(`of '${text}' is refused with a caret under the place`, () => {
      assert.throws(
        () => parseJsonPath(text),
        ({ message }: Error) => message.split('\n').at(-1) === `  ${' '.repeat(column)}^`,
      );
    });
  }

  it('finds own values only, by names in objects and indexes in arrays', () => {
    const document = { counts: { missing: 3, none: null }, rows: [{ total: 0 }], '0': 'zero' };
    const at = (text: string): unknown => valueAt(document, parseJsonPath(text));
    assert.deepEqual(['$.counts.missing', '$.counts.none', '$.rows[0].total', '$.0', '$'].map(at), [
      3,
      null,
      0,
      'zero',
      document,
    ]);
    for (const text of [
      '$.nothing',
      '$.rows[1]',
      '$.rows.length',
      '$.counts[0]',
      '$.toString',
      '$.counts.missing.x',
    ])
      assert.equal(at(text), undefined, text);
  });
});
