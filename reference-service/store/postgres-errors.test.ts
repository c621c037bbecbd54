import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../errors.ts';
import { asStoreError, describe, hostOf } from './postgres-errors.ts';

const url = 'postgres://me:ge%40heim@db.example:5433/coupons';

test('no line holds the password, in whatever spelling an error repeats it', () => {
  const error = new Error('cannot parse me:ge@heim or me:ge%40heim');
  assert.equal(describe(error, url), 'cannot parse me:*** or me:***');
  assert.equal(hostOf(url), 'db.example:5433');
});

test('addresses that all refused are described by their code', () => {
  const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
  const told = asStoreError(refused, url);
  assert.ok(told instanceof StoreUnavailableError);
  assert.equal(told.message, 'Postgres at db.example:5433 cannot be asked: ECONNREFUSED');
});

test('a mistake of the program is no server that is away', () => {
  for (const error of [
    new TypeError('x is not a function'),
    Object.assign(new TypeError('bad argument'), { code: 'ERR_INVALID_ARG_TYPE' }),
    'text',
  ]) {
    assert.equal(asStoreError(error, url), error);
  }
});
