import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenForSignals } from './signals.ts';

test('the same signal heard twice within a moment counts once, and a later one is a second', (t) => {
  let nowMs = 1000;
  const control = listenForSignals(() => nowMs);
  t.after(() => control.dispose());
  const heard = (): boolean[] => [control.stop.aborted, control.abort.aborted];
  assert.deepEqual(heard(), [false, false]);
  process.emit('SIGHUP');
  assert.deepEqual(heard(), [true, false]);
  nowMs += 250;
  process.emit('SIGHUP');
  assert.deepEqual(heard(), [true, false]);
  nowMs += 1;
  process.emit('SIGHUP');
  assert.deepEqual(heard(), [true, true]);
});
