import assert from 'node:assert/strict';
import test from 'node:test';
import { nearestName } from './nearest-name.ts';

const known = ['brokers', 'groups', 'topics', 'drainTimeout', 'url'];

test('a name with a letter too few, too many, another one or two changed over is found', () => {
  assert.equal(nearestName('grops', known), 'groups');
  assert.equal(nearestName('brokerss', known), 'brokers');
  assert.equal(nearestName('topisc', known), 'topics');
  assert.equal(nearestName('drainTimeOut', known), 'drainTimeout');
  assert.equal(nearestName('ur', known), 'url');
  assert.equal(nearestName('draintimeout', known), 'drainTimeout');
});

test('a name that is like none is not guessed at', () => {
  assert.equal(nearestName('password', known), undefined);
  assert.equal(nearestName('x', known), undefined);
  assert.equal(nearestName('', known), undefined);
  assert.equal(nearestName('groups', []), undefined);
});
