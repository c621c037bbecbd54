import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf } from './errors.ts';

test('the message of several errors in one is theirs, each once', () => {
  const refused = (host: string) => new Error(`connect ECONNREFUSED ${host}`);
  const both = new AggregateError([refused('::1'), refused('127.0.0.1'), refused('::1')]);
  assert.equal(messageOf(both), 'connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1');
  assert.equal(messageOf(new AggregateError([refused('::1')], 'no address answers')), 'no address answers');
});

test('what was thrown need not be an error', () => {
  assert.deepEqual(
    [messageOf(new Error('gone')), messageOf('gone'), messageOf(undefined)],
    ['gone', 'gone', 'undefined'],
  );
});
