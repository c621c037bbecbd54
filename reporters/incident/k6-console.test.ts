import assert from 'node:assert/strict';
import test from 'node:test';
import { quotableConsole } from './k6-console.ts';

const leftOut = (count: number): string => `… ${count}`;

test('progress lines, bars and colours go, the words of k6 stay with their indent', () => {
  const text = [
    '         /\\      Grafana   /‾‾/  ',
    '     execution: local',
    '',
    'running (0m24.0s), 300/300 VUs, 16143 complete and 0 interrupted iterations',
    'default   [  10% ] 300/300 VUs  0m24.0s/4m0s',
    'peak_test ✓ [======================================] 000/500 VUs  30s  1000.00 iters/s',
    '',
    '',
    '',
    "    \u001B[32m✓\u001B[0m 'rate>0.95' rate=99.81%",
    '      { expected_response:true }...: avg=1ms',
    '',
  ].join('\n');
  assert.equal(
    quotableConsole(text, leftOut),
    [
      '         /\\      Grafana   /‾‾/',
      '     execution: local',
      '',
      '',
      "    ✓ 'rate>0.95' rate=99.81%",
      '      { expected_response:true }...: avg=1ms',
    ].join('\n'),
  );
});

test('what a carriage return overwrote is not quoted', () => {
  assert.equal(quotableConsole('first\rsecond\r\nthird\r\n', leftOut), 'second\nthird');
});

test('of a long log the first lines are kept and the rest is counted', () => {
  const warnings = Array.from({ length: 300 }, (_, index) => `time="2026" level=warning msg="${index}"`);
  const lines = quotableConsole([...warnings, 'end'].join('\n'), leftOut).split('\n');
  assert.equal(lines.length, 12);
  assert.deepEqual(lines.slice(-2), ['… 290', 'end']);
});

test('nothing but progress is nothing to quote', () => {
  assert.equal(quotableConsole('\nrunning (0m01.0s), 1/1 VUs\n', leftOut), '');
});
