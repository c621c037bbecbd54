import assert from 'node:assert/strict';
import test from 'node:test';
import { withParticle } from './particles.ts';

test('particles follow the last sound of Hangul, Latin letters and digits', () => {
  const cases = [
    [withParticle('메모리', '이/가'), '메모리가'],
    [withParticle('사용률', '은/는'), '사용률은'],
    [withParticle('사용률', '으로/로'), '사용률로'],
    [withParticle('부하', '을/를'), '부하를'],
    [withParticle('CPU 사용률(api)', '이/가'), 'CPU 사용률(api)이'],
    [withParticle('stress test', '은/는'), 'stress test는'],
    [withParticle('k6', '이/가'), 'k6가'],
    [withParticle('HTML', '은/는'), 'HTML은'],
    [withParticle('VU', '을/를'), 'VU를'],
    [withParticle('1000', '과/와'), '1000과'],
    [withParticle('12', '은/는'), '12는'],
    [withParticle('7', '으로/로'), '7로'],
    [withParticle('3', '으로/로'), '3으로'],
    [withParticle('95%', '을/를'), '95%를'],
    [withParticle('', '은/는'), '는'],
  ] as const;
  for (const [actual, expected] of cases) assert.equal(actual, expected);
});
