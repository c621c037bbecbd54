import assert from 'node:assert/strict';
import test from 'node:test';
import { redactUrl } from './redact.ts';

test('user, password and the values of the query are left out of an address', () => {
  assert.equal(redactUrl('http://user:pass@host:9090/p'), 'http://host:9090/p');
  assert.equal(
    redactUrl('http://host/p?token=s3cret&b=1#x'),
    'http://host/p?token=[REDACTED]&b=[REDACTED]#x',
  );
  assert.equal(redactUrl('http://host/p?s3cret'), 'http://host/p?[REDACTED]');
  assert.equal(redactUrl('postgres://u:p@h:1/db?password=x'), 'postgres://h:1/db?password=[REDACTED]');
});

test('text around addresses stays, and so do references to the environment', () => {
  assert.equal(
    redactUrl('cannot reach "http://a:b@h/x?k=v": refused, is it up?'),
    'cannot reach "http://h/x?k=[REDACTED]": refused, is it up?',
  );
  assert.equal(redactUrl('http://h/x?token=${TOKEN}'), 'http://h/x?token=${TOKEN}');
  assert.equal(redactUrl('rate(x[1m]) > 3 ? a=b'), 'rate(x[1m]) > 3 ? a=b');
});
