import assert from 'node:assert/strict';
import test from 'node:test';
import { secretsOf } from './secrets.ts';

test('secret are passed variables, those whose name says so, and what addresses hold', () => {
  const secrets = secretsOf({
    variables: {
      SCENARIO: 'stress',
      USERS: '100000',
      API_TOKEN: 'tok-en-1',
      PASSED: 'from-shell',
      URL: 'http://admin-x:p%40ssword@h/?key=query-value&bare-value#f',
    },
    passed: new Set(['PASSED']),
    addresses: ['http://prom:9090/?k=other-value', 'localhost:9092'],
  });
  assert.deepEqual(
    new Set(secrets),
    new Set([
      'tok-en-1',
      'from-shell',
      'admin-x',
      'p%40ssword',
      'p@ssword',
      'query-value',
      'bare-value',
      'other-value',
    ]),
  );
});

test('a value too short to be told from other text is none', () => {
  assert.deepEqual(secretsOf({ variables: { TOKEN: 'abc' }, passed: new Set(), addresses: [] }), []);
});
