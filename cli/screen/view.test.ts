import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isForegroundStat } from './foreground.ts';
import { isScreenWanted, type ViewQuestion } from './view.ts';

const onTerminal: ViewQuestion = {
  view: undefined,
  stream: { isTTY: true },
  environment: { TERM: 'xterm-256color' },
  isPlain: false,
  isInForeground: () => true,
};

describe('the screen', () => {
  for (const [what, change, expected] of [
    ['on a terminal', {}, true],
    ['asked for on a terminal', { view: 'screen' }, true],
    ['where colours are not wanted', { environment: { NO_COLOR: '1' } }, true],
    ['where lines are asked for', { view: 'lines' }, false],
    ['asked for where there is no terminal', { view: 'screen', stream: {} }, false],
    ['in CI', { environment: { CI: 'true' } }, false],
    ['on a dumb terminal', { environment: { TERM: 'dumb' } }, false],
    ['with --json or --quiet', { isPlain: true }, false],
    ['in the background', { isInForeground: () => false }, false],
  ] as const satisfies readonly (readonly [string, Partial<ViewQuestion>, boolean])[])
    it(`is ${expected ? '' : 'not '}shown ${what}`, () =>
      assert.equal(isScreenWanted({ ...onTerminal, ...change }), expected));
});

it('a process is in the foreground where its group is the one that the terminal listens to', () => {
  assert.equal(isForegroundStat('42 (node) S 1 42 42 34816 42 4194304'), true);
  assert.equal(isForegroundStat('42 (a) b) c) R 1 42 7 34816 42 4194304'), true);
  assert.equal(isForegroundStat('42 (node) S 1 42 42 34816 7 4194304'), false);
  assert.equal(isForegroundStat('42 (node) S 1 42 42 0 -1 4194304'), false);
  assert.equal(isForegroundStat(''), false);
});
