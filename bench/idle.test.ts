import assert from 'node:assert/strict';
import { it } from 'node:test';
import { busyReason } from './idle.ts';

it('figures are worth nothing where more than half of the processors had other work in the last minute', () => {
  assert.equal(busyReason(0.9, 2), undefined);
  assert.equal(busyReason(4, 8), undefined);
  assert.equal(busyReason(1.01, 2), 'the machine is busy (load average 1.01, at most 1 is taken)');
});
