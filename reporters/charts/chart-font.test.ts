import assert from 'node:assert/strict';
import test from 'node:test';
import { KnownError } from '../../core/errors.ts';
import { assertDrawsHangul, loadChartFont } from './chart-font.ts';

test('the bundled font draws Korean', () => {
  assert.doesNotThrow(loadChartFont);
});

test('a font that draws nothing is a known failure with a remedy', () => {
  const noInk = (): Buffer => Buffer.alloc(6400);
  assert.throws(
    () => assertDrawsHangul('Some Font', noInk),
    (error) => error instanceof KnownError && error.code === 'font-missing' && error.remedy !== undefined,
  );
});

test('boxes in place of letters are noticed: they all look alike', () => {
  const box = (): Buffer => Buffer.alloc(6400, 1);
  assert.throws(() => assertDrawsHangul('Some Font', box), KnownError);
});
