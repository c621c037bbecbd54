import assert from 'node:assert/strict';
import test from 'node:test';
import { ko } from './ko/index.ts';
import { elapsedText, kstClock, kstDateTime } from './time-format.ts';

test('UTC is shown in Korean time, over midnight too', () => {
  assert.equal(kstDateTime(Date.parse('2026-12-31T15:00:05Z')), '2027-01-01 00:00:05');
  assert.equal(kstClock(Date.parse('2026-03-14T05:26:53Z')), '14:26:53');
});

test('durations read as a Korean would say them', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0ms'],
    [850, '850ms'],
    [999.7, '1초'],
    [8_240, '8.2초'],
    [59_900, '1분'],
    [270_000, '4분 30초'],
    [510_000, '8분 30초'],
    [3_599_600, '1시간'],
    [4_560_000, '1시간 16분'],
    [-5_000, '-5초'],
  ];
  for (const [ms, text] of cases) assert.equal(ko.formats.duration(ms), text);
});

test('elapsed time is written in minutes and seconds', () => {
  assert.deepEqual([0, 245_000, 60_999, 3_723_000].map(elapsedText), ['0:00', '4:05', '1:00', '1:02:03']);
});
