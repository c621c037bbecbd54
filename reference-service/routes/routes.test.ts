import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, beforeEach, describe, test } from 'node:test';
import { embeddedAdmission } from '../admission/embedded.ts';
import { addRoutes, createServer } from '../app.ts';
import { createPacer } from '../consume/pacing.ts';
import { writeDelivery } from '../consume/write-delivery.ts';
import type { Coupon } from '../coupon.ts';
import { createMetrics, OUTCOMES } from '../metrics.ts';
import type { Outcome } from '../metrics.ts';
import type { ProduceOutcome, StorePort } from '../ports.ts';
import { openEmbeddedStore } from '../store/embedded.ts';
import { createUnknownRecords } from '../unknown-records.ts';

/** The service around a queue in memory; everything but the broker is the real thing. */
function aService(store: StorePort, { eventId, stock }: { eventId: string; stock: number }) {
  const topic: string[] = [];
  const control = { outcome: { kind: 'acknowledged' } as ProduceOutcome, obstacles: [] as string[], read: 0 };
  const produce = async (coupons: readonly Coupon[]): Promise<ProduceOutcome> => {
    if (control.outcome.kind === 'acknowledged') {
      topic.push(...coupons.map((coupon) => JSON.stringify(coupon)));
    }
    return control.outcome;
  };
  const admission = embeddedAdmission({ id: eventId, stock }, []);
  const metrics = createMetrics({ pendingCoupons: async () => (await admission.counts(eventId)).pending });
  const app = createServer(new PassThrough().resume());
  const unknownRecords = createUnknownRecords(produce, app.log);
  addRoutes(app, {
    admission,
    store,
    metrics,
    broker: { uncommittedRecords: async () => topic.length - control.read },
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<Outcome, number>,
    issue: {
      admission,
      produce: (coupon) => produce([coupon]),
      unknownRecords,
      obstacles: () => control.obstacles,
    },
    notReady: () => control.obstacles,
  });
  const pacer = createPacer({ ratePerSecond: undefined, nowMs: () => 0 });
  const consume = (extra: readonly string[] = []): Promise<void> => {
    const values = [...topic.slice(control.read), ...extra];
    control.read = topic.length;
    const parts = { store, admission, metrics, logger: app.log, pacer, batchSize: 2 };
    return writeDelivery(parts, {
      partition: 0,
      records: values.map((value, index) => ({ offset: String(index), value })),
      settle: async () => undefined,
      keepAlive: async () => undefined,
      isRunning: () => true,
    });
  };
  const issue = async (userId: unknown, event = eventId) =>
    app.inject({ method: 'POST', url: `/coupons/${event}/issue`, payload: { userId } });
  const read = async (url: string) => (await app.inject(url)).json<Record<string, unknown>>();
  const stop = async (): Promise<void> => {
    await unknownRecords.stop();
    await app.close();
  };
  return { app, control, consume, issue, read, stop, topic };
}

describe('the routes', () => {
  let store: StorePort;
  let service: ReturnType<typeof aService>;
  let events = 0;
  let eventId = '';
  before(async () => {
    store = await openEmbeddedStore(undefined);
  });
  beforeEach(async () => {
    events += 1;
    eventId = `event-${events}`;
    service = aService(store, { eventId, stock: 3 });
  });
  after(() => store.close());

  test('a coupon is accepted, then persisted', async () => {
    const accepted = await service.issue(' a ');
    assert.equal(accepted.statusCode, 202);
    const { issueId, serial } = accepted.json<{ issueId: string; serial: number }>();
    assert.equal(serial, 1);
    const url = `/coupons/${eventId}/users/a`;
    assert.equal((await service.read(url))['status'], 'accepted');
    await service.consume();
    const persisted = await service.read(url);
    assert.equal(persisted['status'], 'persisted');
    assert.equal(persisted['issueId'], issueId);
    assert.equal(typeof persisted['persistedAt'], 'string');
    assert.equal((await service.app.inject(`/coupons/${eventId}/users/b`)).statusCode, 404);
    await service.stop();
  });

  test('one user asking a hundred times at once, in two spellings, gets one coupon', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => service.issue(index % 2 === 0 ? 'é' : ' e\u0301')),
    );
    assert.equal(answers.filter(({ statusCode }) => statusCode === 202).length, 1);
    assert.equal(answers.filter(({ statusCode }) => statusCode === 409).length, 99);
    assert.equal(service.topic.length, 1);
    await service.stop();
  });

  test('more users than coupons: the rest is told that it is sold out, holders stay duplicates', async () => {
    const codes = [];
    for (const user of ['a', 'b', 'c', 'd', 'a']) codes.push((await service.issue(user)).statusCode);
    assert.deepEqual(codes, [202, 202, 202, 410, 409]);
    await service.stop();
  });

  for (const [name, userId] of [
    ['a number', 5],
    ['nothing but space', ' \u3000 '],
    ['129 characters', 'x'.repeat(129)],
    ['a control character', 'a\u0000b'],
    ['half a surrogate pair', 'a\ud800'],
    ['null', null],
  ] as const) {
    test(`a user id that is ${name} is refused with 400`, async () => {
      const answer = await service.issue(userId);
      assert.equal(answer.statusCode, 400);
      assert.equal(answer.json<{ code: string }>().code, 'invalid_user_id');
      await service.stop();
    });
  }

  test('128 characters outside the basic plane are a user id, also in a path', async () => {
    const userId = '🎟'.repeat(128);
    assert.equal((await service.issue(userId)).statusCode, 202);
    const answer = await service.app.inject(`/coupons/${eventId}/users/${encodeURIComponent(userId)}`);
    assert.equal(answer.statusCode, 200);
    await service.stop();
  });

  test('a body that is no JSON, a body too large, no body and an unknown event are 4xx with a code', async () => {
    const post = (payload: string) =>
      service.app.inject({
        method: 'POST',
        url: `/coupons/${eventId}/issue`,
        payload,
        headers: { 'content-type': 'application/json' },
      });
    const answers = [
      await post('{"userId":'),
      await post('x'.repeat(20_000)),
      await post('[]'),
      await service.app.inject({ method: 'POST', url: `/coupons/${eventId}/issue` }),
      await service.issue('a', 'nowhere'),
      await service.app.inject('/integrity/nowhere'),
      await service.app.inject('/nowhere'),
    ];
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [400, 413, 400, 400, 404, 404, 404],
    );
    for (const answer of answers) assert.equal(typeof answer.json<{ code: string }>().code, 'string');
    const { outcomes } = await service.read(`/integrity/${eventId}`);
    assert.equal((outcomes as Record<string, number>)['invalid'], 4);
    await service.stop();
  });

  test('no stock is taken while something stands in the way', async () => {
    service.control.obstacles = ['the broker does not acknowledge records'];
    assert.equal((await service.issue('a')).json<{ code: string }>().code, 'not_ready');
    const ready = await service.app.inject('/ready');
    assert.equal(ready.statusCode, 503);
    assert.deepEqual(ready.json(), { ready: false, reasons: service.control.obstacles });
    assert.equal((await service.read(`/integrity/${eventId}`))['admitted'], 0);
    assert.equal((await service.app.inject('/health')).statusCode, 200);
    await service.stop();
  });

  test('a certain refusal gives the coupon back', async () => {
    service.control.outcome = { kind: 'refused', reason: 'too few replicas' };
    assert.equal((await service.issue('a')).json<{ code: string }>().code, 'refused');
    service.control.outcome = { kind: 'acknowledged' };
    assert.deepEqual((await service.issue('a')).json<{ serial: number }>().serial, 1);
    await service.stop();
  });

  test('an ambiguous outcome keeps the coupon and is sent again under the same id', async () => {
    service.control.outcome = { kind: 'unknown', reason: 'timeout' };
    const first = await service.issue('a');
    assert.equal(first.statusCode, 503);
    const { code, issueId } = first.json<{ code: string; issueId: string }>();
    assert.equal(code, 'unknown');
    assert.equal((await service.issue('a')).json<{ code: string }>().code, 'unknown');
    assert.equal((await service.read(`/integrity/${eventId}`))['drained'], false);
    service.control.outcome = { kind: 'acknowledged' };
    while (service.topic.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await service.consume();
    assert.equal((await service.issue('a')).statusCode, 409);
    const integrity = await service.read(`/integrity/${eventId}`);
    assert.deepEqual(
      [integrity['unknown'], integrity['unresolved'], integrity['persisted'], integrity['phantom']],
      [1, 0, 1, 0],
    );
    assert.equal((await service.read(`/coupons/${eventId}/users/a`))['issueId'], issueId);
    await service.stop();
  });

  test('lost is not known before the consumer has caught up, and counted then', async () => {
    await service.issue('a');
    await service.issue('b');
    const before = await service.read(`/integrity/${eventId}`);
    assert.deepEqual([before['lost'], before['drained'], before['pending']], [null, false, 2]);
    assert.equal(before['reason'], 'consumer-not-caught-up');
    service.topic.pop();
    await service.consume(['not a coupon']);
    const afterwards = await service.read(`/integrity/${eventId}`);
    assert.deepEqual([afterwards['lost'], afterwards['drained'], afterwards['persisted']], [1, true, 1]);
    await service.stop();
  });

  test('a row that was promised to nobody is a phantom', async () => {
    const acceptedAt = '2026-01-01T00:00:00.000Z';
    await store.insert([{ issueId: 'stray', eventId, userId: 'stray', serial: 9, acceptedAt }], acceptedAt);
    assert.equal((await service.read(`/integrity/${eventId}`))['phantom'], 1);
    await service.stop();
  });

  test('metrics count outcomes and rows, and name no user', async () => {
    await service.issue('someone-special');
    await service.issue('someone-special');
    const waiting = (await service.app.inject('/metrics')).body;
    assert.match(waiting, /^coupon_pending 1$/m);
    await service.consume(['not a coupon']);
    const answer = await service.app.inject('/metrics');
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    for (const line of [
      'coupon_issue_requests_total{outcome="accepted"} 1',
      'coupon_issue_requests_total{outcome="duplicate"} 1',
      'coupon_issue_requests_total{outcome="sold_out"} 0',
      'coupon_issued_total 1',
      'coupon_pending 0',
      'coupon_issue_completion_seconds_count 1',
      'coupon_issue_completion_seconds_bucket{le="7200"} 1',
      'coupon_consume_rejected_total{reason="malformed"} 1',
    ]) {
      assert.ok(answer.body.includes(`${line}\n`), line);
    }
    assert.match(answer.body, /^process_cpu_seconds_total /m);
    assert.ok(!answer.body.includes('someone-special'));
    await service.stop();
  });
});
