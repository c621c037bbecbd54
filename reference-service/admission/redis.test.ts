import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { until } from '../../fixtures/processes.ts';
import { useRealRedis } from '../../fixtures/real-redis.ts';
import { ROLES } from '../config.ts';
import type { Coupon } from '../coupon.ts';
import { issueIdOf } from '../coupon.ts';
import type { AdmissionPort } from '../ports.ts';
import { openRedisAdmission } from './redis.ts';
import type { RedisAdmissionOptions } from './redis.ts';

const redis = await useRealRedis();
const silent = { warn: () => undefined, error: () => undefined };
const ACCEPTED_AT = '2026-01-01T00:00:00.000Z';

const coupon = (eventId: string, userId: string, serial: number): Coupon => ({
  issueId: issueIdOf(eventId, userId),
  eventId,
  userId,
  serial,
  acceptedAt: ACCEPTED_AT,
});

describe('admission in Redis', { skip: redis.skip }, () => {
  const opened: AdmissionPort[] = [];
  let events = 0;
  let eventId = '';
  let rows: Coupon[] = [];
  let unread: Coupon[] = [];
  let rebuilds = 0;
  /** A rebuild waits for it. */
  let gate = Promise.resolve();

  const open = async (options: Partial<RedisAdmissionOptions> & { stock?: number } = {}) => {
    const { stock = 5, ...rest } = options;
    const admission = await openRedisAdmission({
      url: redis.url,
      event: { id: eventId, stock, opensAtMs: undefined, closesAtMs: undefined },
      instanceId: 'one',
      outboxCap: 100_000,
      roles: new Set(ROLES),
      logger: silent,
      sources: {
        unread: async () => {
          rebuilds += 1;
          return unread;
        },
        async *stored() {
          yield rows;
        },
        quiesce: () => gate,
      },
      ...rest,
    });
    opened.push(admission);
    return admission;
  };
  const opening = async (admission: AdmissionPort): Promise<AdmissionPort> => {
    const deadlineMs = performance.now() + 60_000;
    while (admission.obstacles().length > 0) {
      assert.ok(performance.now() < deadlineMs, admission.obstacles().join());
      await sleep(10);
    }
    return admission;
  };
  /** Until the end of the connection was seen. */
  const closing = async (admission: AdmissionPort): Promise<void> => {
    while (admission.obstacles().length === 0) await sleep(5);
  };
  const openReady = async (options: Parameters<typeof open>[0] = {}) => opening(await open(options));

  beforeEach(() => {
    events += 1;
    eventId = `event-${events}`;
    rows = [];
    unread = [];
    rebuilds = 0;
    gate = Promise.resolve();
  });
  afterEach(async () => {
    for (const admission of opened.splice(0)) await admission.close();
  });

  test('10,000 users at once for 1,000 coupons: 1,000 serials, each once, and as many outbox entries', async () => {
    const admission = await openReady({ stock: 1_000 });
    const users = Array.from({ length: 10_000 }, (_, index) => `u${index}`);
    const decisions = await Promise.all(users.map((user) => admission.admit(user)));
    const serials = decisions.flatMap((decision) =>
      decision.kind === 'admitted' ? [decision.coupon.serial] : [],
    );
    assert.deepEqual(
      serials.toSorted((a, b) => a - b),
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    );
    assert.equal(decisions.filter(({ kind }) => kind === 'sold-out').length, 9_000);
    assert.deepEqual(await admission.counts(), {
      stock: 1_000,
      admitted: 1_000,
      revoked: 0,
      unrelayed: 1_000,
    });
  });

  test('one user a hundred times at once, through two instances, has one coupon', async () => {
    const [one, two] = [await openReady(), await openReady({ instanceId: 'two' })];
    const decisions = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : two).admit('same')),
    );
    const ids = new Set(
      decisions.map((decision) => ('coupon' in decision ? decision.coupon.serial : decision.kind)),
    );
    assert.deepEqual([...ids], [1]);
    assert.equal(decisions.filter(({ kind }) => kind === 'admitted').length, 1);
    assert.equal((await one.counts()).unrelayed, 1);
  });

  test('sale times are those of Redis: not open before, over afterwards', async () => {
    const inAnHourMs = Date.now() + 3_600_000;
    const event = { id: eventId, stock: 5, opensAtMs: inAnHourMs, closesAtMs: undefined };
    const early = await openReady({ event });
    assert.equal((await early.admit('a')).kind, 'not-open');
    const late = await openReady({ event: { ...event, opensAtMs: 1, closesAtMs: 2 } });
    assert.equal((await late.admit('a')).kind, 'over');
    assert.deepEqual((await late.counts()).admitted, 0);
  });

  test('a full outbox takes no stock, and relayed entries make room', async () => {
    const admission = await openReady({ outboxCap: 2 });
    const kinds = [];
    for (const user of ['a', 'b', 'c', 'a']) kinds.push((await admission.admit(user)).kind);
    assert.deepEqual(kinds, ['admitted', 'admitted', 'backlog-full', 'duplicate']);
    await admission.outbox.acknowledge(await admission.outbox.take(10));
    const decision = await admission.admit('c');
    assert.equal(decision.kind === 'admitted' && decision.coupon.serial, 3);
  });

  test('what a process took and never finished comes first after its restart, marked as redelivered', async () => {
    const first = await openReady();
    await first.admit('a');
    await first.admit('b');
    const [taken] = await first.outbox.take(1);
    assert.equal(taken?.isRedelivered, false);
    await first.close();
    const second = await openReady();
    const again = await second.outbox.take(10);
    assert.deepEqual(
      again.map((entry) => [entry.coupon.userId, entry.isRedelivered]),
      [['a', true]],
    );
    assert.equal((await second.outbox.take(10))[0]?.coupon.userId, 'b');
    assert.equal(rebuilds, 1, 'the second found the ledger complete');
  });

  test('a refusal gives the serial to the next user, once however often it is told', async () => {
    const admission = await openReady();
    for (const user of ['a', 'b']) await admission.admit(user);
    const [entry] = await admission.outbox.take(1);
    assert.ok(entry !== undefined);
    await admission.outbox.revoke(entry);
    await admission.outbox.revoke(entry);
    const decision = await admission.admit('c');
    assert.equal(decision.kind === 'admitted' && decision.coupon.serial, 1);
    assert.equal((await admission.admit('d')).kind, 'admitted');
    assert.deepEqual(await admission.counts(), { stock: 5, admitted: 3, revoked: 1, unrelayed: 3 });
  });

  test('a process that does not relay waits for the ledger, and builds none', async () => {
    const api = await open({ instanceId: 'api', roles: new Set(['api']) });
    await sleep(700);
    assert.equal((await api.admit('a')).kind, 'unavailable');
    assert.equal(rebuilds, 0);
    await openReady();
    await opening(api);
    assert.equal((await api.admit('a')).kind, 'admitted');
  });

  test('what a user was given since is not taken back for an earlier entry', async () => {
    const admission = await openReady();
    await admission.admit('a');
    const [entry] = await admission.outbox.take(1);
    assert.ok(entry !== undefined);
    await admission.outbox.revoke({ ...entry, coupon: { ...entry.coupon, serial: 4 } });
    assert.equal((await admission.admit('a')).kind, 'duplicate');
    assert.equal((await admission.counts()).revoked, 0);
  });

  test('an empty Redis is filled from rows and unread records before anybody is admitted', async () => {
    rows = [coupon(eventId, 'has-a-row', 2)];
    unread = [coupon(eventId, 'in-the-topic', 4), coupon('other', 'stranger', 1)];
    const admission = await openReady({ stock: 6 });
    assert.equal((await admission.admit('has-a-row')).kind, 'duplicate');
    assert.equal((await admission.admit('in-the-topic')).kind, 'duplicate');
    const serials = [];
    for (const user of ['a', 'b', 'c', 'd', 'e']) {
      const decision = await admission.admit(user);
      serials.push(decision.kind === 'admitted' ? decision.coupon.serial : decision.kind);
    }
    assert.deepEqual(serials, [1, 3, 5, 6, 'sold-out'], 'serials nobody holds are handed out first');
    assert.deepEqual(await admission.missing([coupon(eventId, 'x', 9), coupon(eventId, 'a', 1)]), [
      coupon(eventId, 'x', 9),
    ]);
  });

  test('a flushed Redis is closed, not empty stock, until it was rebuilt', async () => {
    const admission = await openReady();
    const decision = await admission.admit('a');
    assert.ok(decision.kind === 'admitted');
    rows = [decision.coupon];
    const asked = Promise.withResolvers<void>();
    gate = asked.promise;
    const other = new Redis(redis.url);
    await other.flushall();
    await other.script('FLUSH');
    other.disconnect();
    assert.equal((await admission.admit('b')).kind, 'unavailable');
    asked.resolve();
    await opening(admission);
    assert.equal((await admission.admit('a')).kind, 'duplicate');
    const next = await admission.admit('b');
    assert.equal(next.kind === 'admitted' && next.coupon.serial, 2);
  });

  test('a restarted Redis that lost its last writes does not hand their serials out twice', async () => {
    const admission = await openReady();
    const promised = [];
    for (const user of ['a', 'b', 'c']) promised.push(await admission.admit(user));
    const coupons = promised.flatMap((each) => (each.kind === 'admitted' ? [each.coupon] : []));
    // As if the disk had not got them: user b and c are in the topic, but no longer in the ledger.
    const other = new Redis(redis.url);
    const prefix = `coupon:{${eventId}}`;
    await other.hdel(`${prefix}:users`, 'b', 'c');
    await other.hset(`${prefix}:event`, 'highestSerial', 1);
    other.disconnect();
    unread = coupons.slice(1);
    rows = coupons.slice(0, 1);
    await redis.kill9();
    await closing(admission);
    assert.equal((await admission.admit('d')).kind, 'unavailable');
    await redis.restart();
    await opening(admission);
    assert.equal((await admission.admit('c')).kind, 'duplicate');
    const decision = await admission.admit('d');
    assert.equal(decision.kind === 'admitted' && decision.coupon.serial, 4);
  });

  test('without Redis an answer comes within 200 ms, and admission goes on after its restart', async () => {
    const admission = await openReady();
    await admission.admit('a');
    await redis.kill9();
    await closing(admission);
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < 50 && fastestMs >= 200; turn += 1) {
      const startedMs = performance.now();
      assert.equal((await admission.admit('b')).kind, 'unavailable');
      fastestMs = Math.min(fastestMs, performance.now() - startedMs);
    }
    assert.ok(fastestMs < 200, `${fastestMs} ms`);
    rows = [coupon(eventId, 'a', 1)];
    await redis.restart();
    await opening(admission);
    assert.equal((await admission.admit('a')).kind, 'duplicate');
    assert.equal((await admission.admit('b')).kind, 'admitted');
    // It is read over a connection of its own, which may come back later than that of the admission.
    let taken: readonly unknown[] = [];
    const hasTaken = async (): Promise<boolean> => {
      taken = await admission.outbox.take(10).catch(() => []);
      return taken.length > 0;
    };
    assert.ok(await until(hasTaken, 60_000));
    assert.equal(taken.length, 2);
  });

  test('a Redis whose memory is full refuses, and nothing was taken', async () => {
    const admission = await openReady();
    const other = new Redis(redis.url);
    await other.config('SET', 'maxmemory', '1mb');
    const refused = await admission.admit('a');
    await other.config('SET', 'maxmemory', '0');
    other.disconnect();
    assert.equal(refused.kind, 'unavailable');
    const decision = await admission.admit('a');
    assert.equal(decision.kind === 'admitted' && decision.coupon.serial, 1);
  });

  test('a Redis that hangs leaves the outcome unknown within its deadline, and the same user gets one coupon', async () => {
    const admission = await openReady();
    const other = new Redis(redis.url);
    // Read by Redis only when it goes on: the client has given up by then.
    await other.client('PAUSE', 6_000, 'ALL');
    const startedMs = performance.now();
    const decision = await admission.admit('a');
    assert.equal(decision.kind, 'unknown');
    assert.ok(performance.now() - startedMs < 5_500);
    await other.ping();
    assert.equal((await admission.admit('a')).kind, 'duplicate');
    assert.equal((await admission.counts()).admitted, 1);
    other.disconnect();
  });

  test('says what the server’s settings do not promise', async () => {
    assert.deepEqual((await openReady()).caveats, []);
    const other = new Redis(redis.url);
    await other.config('SET', 'appendfsync', 'everysec');
    const { caveats } = await openReady();
    await other.config('SET', 'appendfsync', 'always');
    other.disconnect();
    assert.match(caveats.join(), /appendfsync is everysec/);
  });
});

test('a Redis that refuses is named without its password', { skip: redis.skip }, async () => {
  await assert.rejects(
    openRedisAdmission({
      url: 'redis://:secret@127.0.0.1:1',
      event: { id: 'demo', stock: 1, opensAtMs: undefined, closesAtMs: undefined },
      instanceId: 'one',
      outboxCap: 1,
      roles: new Set(ROLES),
      logger: silent,
      sources: {
        unread: async () => [],
        async *stored() {
          yield [];
        },
        quiesce: async () => undefined,
      },
    }),
    (error: Error) => {
      assert.match(error.message, /^Redis at 127\.0\.0\.1:1 cannot be used: /);
      return !error.message.includes('secret');
    },
  );
});
