import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';

const KAFKA = { KAFKA_BROKERS: '127.0.0.1:9092' };

test('needs nothing but the brokers', () => {
  const config = readConfig(KAFKA);
  assert.deepEqual(config.kafka, {
    brokers: ['127.0.0.1:9092'],
    topic: 'coupon-issue',
    partitions: 3,
    group: 'coupon-issuer',
  });
  assert.deepEqual(config.event, { id: 'demo', stock: 1_000_000 });
  assert.deepEqual(config.store, { kind: 'embedded', directory: undefined });
  assert.deepEqual(config.consumer, { batchSize: 200, ratePerSecond: undefined });
});

test('the profile incident is row by row at 35 rows a second, and each knob can be turned', () => {
  const incident = { ...KAFKA, PROFILE: 'incident' };
  assert.deepEqual(readConfig(incident).consumer, { batchSize: 1, ratePerSecond: 35 });
  const turned = readConfig({ ...incident, CONSUMER_RATE_PER_SECOND: '0', CONSUMER_BATCH_SIZE: '10' });
  assert.deepEqual(turned.consumer, { batchSize: 10, ratePerSecond: undefined });
});

test('an empty variable counts as absent', () => {
  assert.equal(readConfig({ ...KAFKA, PORT: '' }).port, 0);
});

for (const { environment, says } of [
  { environment: {}, says: /^KAFKA_BROKERS: must name at least one broker/ },
  { environment: { KAFKA_BROKERS: 'nowhere' }, says: /KAFKA_BROKERS: .*host:port.*"nowhere"/ },
  { environment: { ...KAFKA, PORT: '80x' }, says: /PORT: must be an integer from 0 to 65535, not "80x"/ },
  { environment: { ...KAFKA, PORT: '70000' }, says: /PORT: must be an integer/ },
  { environment: { ...KAFKA, COUPON_STOCK: '0' }, says: /COUPON_STOCK: must be an integer from 1/ },
  { environment: { ...KAFKA, PROFILE: 'fast' }, says: /PROFILE: must be incident or healthy, not "fast"/ },
  { environment: { ...KAFKA, CONSUMER_RATE_PER_SECOND: '-1' }, says: /CONSUMER_RATE_PER_SECOND/ },
  { environment: { ...KAFKA, COUPON_STOKC: '5' }, says: /COUPON_STOKC: is not a setting/ },
  { environment: { ...KAFKA, PORT: 'x', PROFILE: 'y' }, says: /PORT: .*; PROFILE: / },
]) {
  test(`refuses ${JSON.stringify(environment)} in one line`, () => {
    assert.throws(() => readConfig(environment), { name: 'KnownError', message: says });
  });
}

test('names what is supported in place of another URL, without repeating its password', () => {
  const environment = { ...KAFKA, STORE_URL: 'postgres://me:secret@db/coupons' };
  assert.throws(() => readConfig(environment), {
    message: 'STORE_URL: postgres: is not supported yet',
    remedy: /embedded:<directory>/,
  });
  assert.throws(() => readConfig({ ...KAFKA, ADMISSION_URL: 'redis://cache' }), /redis: is not supported/);
});
