import assert from 'node:assert/strict';
import test from 'node:test';
import { adaptiveNumber, bytesText, groupedNumber, percentText } from './number-format.ts';

test('whole numbers are grouped by three digits', () => {
  assert.equal(groupedNumber(161_433), '161,433');
});

test('numbers keep three digits of meaning', () => {
  assert.deepEqual([672.621_304, 0.183_4, 8.333, 1234.6, 5, 100.04].map(adaptiveNumber), [
    '672.6',
    '0.183',
    '8.33',
    '1,235',
    '5',
    '100',
  ]);
});

test('percentages are cut as k6 cuts them, and neither nearly all nor nearly nothing is rounded away', () => {
  assert.deepEqual([99.814_2, 0.185_8, 96.2, 99.999_9, 100, 0, 0.000_1, 0.29].map(percentText), [
    '99.81%',
    '0.18%',
    '96.2%',
    '99.99%',
    '100%',
    '0%',
    '<0.01%',
    '0.29%',
  ]);
});

test('bytes are written in decimal multiples', () => {
  assert.deepEqual([999, 197_000, 47_000_000].map(bytesText), ['999 B', '197 kB', '47 MB']);
});
