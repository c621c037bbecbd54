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
  assert.deepEqual(config.event, {
    id: 'demo',
    stock: 1_000_000,
    opensAtMs: undefined,
    closesAtMs: undefined,
  });
  assert.deepEqual([...config.roles], ['api', 'relay', 'consumer']);
  assert.equal(config.faults, false);
  assert.deepEqual(config.store, { kind: 'embedded', directory: undefined });
  assert.deepEqual(config.consumer, {
    batchSize: 500,
    ratePerSecond: undefined,
    concurrency: 3,
    delayMs: 0,
    commitIntervalMs: 200,
    sessionTimeoutMs: 10_000,
  });
});

test('the profile incident is row by row at 35 rows a second, and each knob can be turned', () => {
  const incident = { ...KAFKA, PROFILE: 'incident' };
  const { batchSize, ratePerSecond } = readConfig(incident).consumer;
  assert.deepEqual({ batchSize, ratePerSecond }, { batchSize: 1, ratePerSecond: 35 });
  const turned = readConfig({
    ...incident,
    CONSUMER_RATE_PER_SECOND: '0',
    CONSUMER_BATCH_SIZE: '10',
    CONSUMER_CONCURRENCY: '2',
    CONSUMER_DELAY_MS: '5',
    CONSUMER_COMMIT_INTERVAL_MS: '1000',
  });
  assert.deepEqual(turned.consumer, {
    batchSize: 10,
    ratePerSecond: undefined,
    concurrency: 2,
    delayMs: 5,
    commitIntervalMs: 1_000,
    sessionTimeoutMs: 10_000,
  });
});

test('a sale has its times with their zone', () => {
  const { event } = readConfig({
    ...KAFKA,
    COUPON_OPENS_AT: '2026-11-24T12:00:00+09:00',
    COUPON_CLOSES_AT: '2026-11-24T04:00:00Z',
  });
  assert.deepEqual(
    [event.opensAtMs, event.closesAtMs],
    [Date.UTC(2026, 10, 24, 3), Date.UTC(2026, 10, 24, 4)],
  );
});

test('roles can be split between processes that share servers', () => {
  const servers = { ADMISSION_URL: 'redis://127.0.0.1:6379', STORE_URL: 'postgres://me@127.0.0.1/coupons' };
  const { roles, admission, store } = readConfig({ ...KAFKA, ...servers, ROLES: 'api, relay' });
  assert.deepEqual([...roles], ['api', 'relay']);
  assert.deepEqual([admission.kind, store.kind], ['redis', 'postgres']);
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
  { environment: { ...KAFKA, ROLES: 'api' }, says: /^ROLES: the embedded adapters need all roles/ },
  { environment: { ...KAFKA, ROLES: 'apy' }, says: /^ROLES: must be some of api,relay,consumer, not "apy"/ },
  {
    environment: { ...KAFKA, FAULTS: 'on', HOST: '0.0.0.0' },
    says: /^FAULTS: can be on only where HOST is a loopback address, not "0.0.0.0"/,
  },
  { environment: { ...KAFKA, COUPON_OPENS_AT: 'noon' }, says: /^COUPON_OPENS_AT: must be an ISO 8601 time/ },
  {
    environment: {
      ...KAFKA,
      COUPON_OPENS_AT: '2026-01-02T00:00:00Z',
      COUPON_CLOSES_AT: '2026-01-01T00:00:00Z',
    },
    says: /^COUPON_CLOSES_AT: must be later/,
  },
  { environment: { ...KAFKA, COUPON_STOKC: '5' }, says: /COUPON_STOKC: is not a setting/ },
  { environment: { ...KAFKA, PORT: 'x', PROFILE: 'y' }, says: /PORT: .*; PROFILE: / },
]) {
  test(`refuses ${JSON.stringify(environment)} in one line`, () => {
    assert.throws(() => readConfig(environment), { name: 'KnownError', message: says });
  });
}

test('names what can be used in place of another URL, without repeating its password', () => {
  assert.throws(() => readConfig({ ...KAFKA, STORE_URL: 'mysql://me:secret@db/coupons' }), {
    message: 'STORE_URL: mysql: cannot be used here',
    remedy: /postgres:\/\/.*embedded:<directory>/,
  });
  assert.throws(() => readConfig({ ...KAFKA, ADMISSION_URL: 'redis:/cache' }), /redis: cannot be used/);
});
