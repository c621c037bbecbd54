import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { StorePort } from '../ports.ts';
import { StoreUnavailableError } from '../errors.ts';
import { issueIdOf } from '../coupon.ts';
import { openEmbeddedStore } from '../store/embedded.ts';
import { openServiceInMemory } from '../testing/service-in-memory.ts';
import type { ServiceInMemoryOptions } from '../testing/service-in-memory.ts';

type Service = Awaited<ReturnType<typeof openServiceInMemory>>;
type Problem = { code: string; message: string };

describe('the routes', () => {
  let store: StorePort;
  let events = 0;
  let eventId = '';
  const running: Service[] = [];

  const open = async (options: Partial<ServiceInMemoryOptions> = {}): Promise<Service> => {
    const service = await openServiceInMemory({ store, id: eventId, stock: 3, ...options });
    running.push(service);
    return service;
  };
  before(async () => {
    store = await openEmbeddedStore(undefined);
  });
  beforeEach(() => {
    events += 1;
    eventId = `event-${events}`;
  });
  afterEach(async () => {
    for (const service of running.splice(0)) await service.stop();
  });
  after(() => store.close());

  test('a coupon is accepted, then persisted', async () => {
    const service = await open();
    const accepted = await service.issue(' a ');
    assert.equal(accepted.statusCode, 202);
    const { issueId, serial } = accepted.json<{ issueId: string; serial: number }>();
    assert.equal(serial, 1);
    const url = `/coupons/${eventId}/users/a`;
    assert.equal((await service.read(url))['status'], 'accepted');
    await service.relayed();
    await service.consume();
    const persisted = await service.read(url);
    assert.equal(persisted['status'], 'persisted');
    assert.equal(persisted['issueId'], issueId);
    assert.equal(typeof persisted['persistedAt'], 'string');
    const nobody = await service.app.inject(`/coupons/${eventId}/users/b`);
    assert.deepEqual([nobody.statusCode, nobody.json<Problem>().code], [404, 'no_coupon']);
  });

  test('a coupon of an earlier event is found in the store', async () => {
    const service = await open();
    await store.openEvent({ id: 'earlier', stock: 1 });
    const acceptedAt = '2026-01-01T00:00:00.000Z';
    const coupon = {
      issueId: issueIdOf('earlier', 'a'),
      eventId: 'earlier',
      userId: 'a',
      serial: 1,
      acceptedAt,
    };
    await store.insert([coupon], acceptedAt);
    assert.equal((await service.read('/coupons/earlier/users/a'))['status'], 'persisted');
  });

  test('one user asking a hundred times at once, in two spellings, gets one coupon', async () => {
    const service = await open();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => service.issue(index % 2 === 0 ? 'é' : ' e\u0301')),
    );
    assert.equal(answers.filter(({ statusCode }) => statusCode === 202).length, 1);
    const duplicates = answers.filter(({ statusCode }) => statusCode === 409);
    assert.equal(duplicates.length, 99);
    assert.deepEqual(
      new Set(duplicates.map((answer) => answer.json<{ issueId: string }>().issueId)),
      new Set([issueIdOf(eventId, 'é')]),
    );
    await service.relayed();
    assert.equal(service.topic.length, 1);
  });

  test('more users than coupons: the rest is told that it is sold out, holders stay duplicates', async () => {
    const service = await open();
    const codes = [];
    for (const user of ['a', 'b', 'c', 'd', 'a']) codes.push((await service.issue(user)).statusCode);
    assert.deepEqual(codes, [202, 202, 202, 410, 409]);
  });

  test('before the sale and after it nobody is admitted, and holders are told that they are', async () => {
    const hourMs = 3_600_000;
    const early = await open({ opensAtMs: Date.now() + hourMs });
    const notYet = await early.issue('a');
    assert.deepEqual([notYet.statusCode, notYet.json<Problem>().code], [403, 'not_open']);
    const late = await open({ opensAtMs: Date.now() - hourMs, closesAtMs: Date.now() - 1 });
    const over = await late.issue('a');
    assert.deepEqual([over.statusCode, over.json<Problem>().code], [403, 'over']);
    for (const service of [early, late]) {
      assert.equal((await service.read(`/integrity/${eventId}`))['accepted'], 0);
    }
  });

  test('a full outbox takes no stock, and goes on where it was once the broker answers', async () => {
    const service = await open({ outboxCap: 2 });
    service.control.outcome = { kind: 'unknown', reason: 'timeout' };
    const answers = [];
    for (const user of ['a', 'b', 'c', 'a']) answers.push(await service.issue(user));
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [202, 202, 503, 409],
    );
    assert.equal(answers[2]?.json<Problem>().code, 'backlog_full');
    assert.equal(answers[2]?.headers['retry-after'], '1');
    assert.equal(answers[2]?.headers['x-outcome'], undefined);
    service.control.outcome = { kind: 'acknowledged' };
    await service.relayed();
    assert.equal((await service.issue('c')).json<{ serial: number }>().serial, 3);
  });

  test('a missing answer of the admission is unknown, and is told so in a header too', async () => {
    const service = await open();
    service.control.admit = async () => ({ kind: 'unknown', reason: 'timeout' });
    const answer = await service.issue('a');
    assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [503, 'unknown']);
    assert.deepEqual([answer.headers['x-outcome'], answer.headers['retry-after']], ['unknown', '2']);
    assert.equal((await service.read(`/integrity/${eventId}`))['unknown'], 1);
  });

  for (const [name, userId] of [
    ['a number', 5],
    ['a number beyond 2^53', 2 ** 53 + 2],
    ['nothing', ''],
    ['nothing but space', ' \u3000 '],
    ['129 characters', 'x'.repeat(129)],
    ['more than any spelling of a user id', 'x'.repeat(513)],
    ['a control character', 'a\u0000b'],
    ['half a surrogate pair', 'a\ud800'],
    ['null', null],
    ['a list', ['a']],
    ['not there', undefined],
  ] as const) {
    test(`a user id that is ${name} is refused with 400, and nothing is asked of the admission`, async () => {
      const service = await open();
      service.control.admit = () => assert.fail('the admission was asked');
      const answer = await service.issue(userId);
      assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [400, 'invalid_user_id']);
    });
  }

  test('128 characters are a user id, however they are spelt, also in a path', async () => {
    const service = await open();
    for (const userId of ['🎟'.repeat(128), '각'.repeat(128).normalize('NFD')]) {
      assert.equal((await service.issue(userId)).statusCode, 202);
      const answer = await service.app.inject(`/coupons/${eventId}/users/${encodeURIComponent(userId)}`);
      assert.equal(answer.statusCode, 200);
    }
  });

  test('whatever is no request for a coupon is 4xx with a code, and counted as invalid', async () => {
    const service = await open();
    const post = (payload: string, type = 'application/json') =>
      service.app.inject({
        method: 'POST',
        url: `/coupons/${eventId}/issue`,
        payload,
        headers: { 'content-type': type },
      });
    const cases = [
      [await post('{"userId":'), 400, 'invalid_request'],
      [await post('[]'), 400, 'invalid_request'],
      [await post('{"userId":"a","__proto__":{}}'), 400, 'invalid_request'],
      [await post(''), 400, 'invalid_request'],
      [
        await service.app.inject({ method: 'POST', url: `/coupons/${eventId}/issue` }),
        400,
        'invalid_request',
      ],
      [await service.issue('a', 'no%20name'), 400, 'invalid_request'],
      [await post(`{"userId":"${'x'.repeat(20_000)}"}`), 413, 'body_too_large'],
      [await post('{"userId":"a"}', 'text/plain'), 415, 'unsupported_media_type'],
      [await post('userId=a', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
    ] as const;
    for (const [answer, status, code] of cases) {
      assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [status, code]);
      assert.equal(typeof answer.json<Problem>().message, 'string');
    }
    const { outcomes, attempted } = await service.read(`/integrity/${eventId}`);
    assert.equal((outcomes as Record<string, number>)['invalid'], cases.length);
    assert.equal(attempted, cases.length);
  });

  test('events, paths and methods that are not there are told apart', async () => {
    const service = await open();
    const refused = [
      [await service.issue('a', 'nowhere'), 404, 'unknown_event'],
      [await service.app.inject('/integrity/nowhere'), 404, 'unknown_event'],
      [await service.app.inject('/nowhere'), 404, 'not_found'],
      [await service.app.inject(`/coupons/${eventId}/users/%zz`), 400, 'invalid_request'],
      [await service.app.inject(`/coupons/${eventId}/users/${'x'.repeat(9_000)}`), 400, 'invalid_request'],
      [await service.app.inject(`/coupons/${eventId}/issue`), 405, 'method_not_allowed'],
      [
        await service.app.inject({ method: 'DELETE', url: '/health', payload: '{' }),
        405,
        'method_not_allowed',
      ],
    ] as const;
    for (const [answer, status, code] of refused) {
      assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [status, code]);
    }
    assert.equal(refused[5][0].headers.allow, 'POST');
    assert.equal(refused[6][0].headers.allow, 'GET, HEAD');
  });

  test('no stock is taken while something stands in the way', async () => {
    const service = await open();
    service.control.obstacles = ['Redis cannot be reached'];
    const answer = await service.issue('a');
    assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [503, 'not_ready']);
    assert.equal(answer.headers['retry-after'], '1');
    const ready = await service.app.inject('/ready');
    assert.equal(ready.statusCode, 503);
    assert.deepEqual(ready.json(), { ready: false, reasons: service.control.obstacles });
    assert.equal((await service.read(`/integrity/${eventId}`))['accepted'], 0);
    assert.equal((await service.app.inject('/health')).statusCode, 200);
    service.control.obstacles = [];
    assert.deepEqual((await service.app.inject('/ready')).json(), { ready: true });
  });

  test('a certain refusal gives the serial back, and the user who was told 202 counts as lost', async () => {
    const service = await open();
    service.control.outcome = { kind: 'refused', reason: 'too large' };
    assert.equal((await service.issue('a')).statusCode, 202);
    await service.relayed();
    service.control.outcome = { kind: 'acknowledged' };
    assert.equal((await service.issue('b')).json<{ serial: number }>().serial, 1);
    await service.relayed();
    await service.consume();
    const { accepted, revoked, persisted, lost, drained } = await service.read(`/integrity/${eventId}`);
    assert.deepEqual(
      { accepted, revoked, persisted, lost, drained },
      {
        accepted: 2,
        revoked: 1,
        persisted: 1,
        lost: 1,
        drained: true,
      },
    );
  });

  test('lost is not known before everything has arrived, and counted with its ids then', async () => {
    const service = await open();
    service.control.outcome = { kind: 'unknown', reason: 'timeout' };
    await service.issue('a');
    await service.issue('b');
    const integrity = () => service.read(`/integrity/${eventId}`);
    const waiting = await integrity();
    assert.deepEqual([waiting['lost'], waiting['phantom'], waiting['drained']], [null, null, false]);
    assert.deepEqual([waiting['reason'], waiting['pending'], waiting['unrelayed']], ['not-relayed', 2, 2]);
    service.control.outcome = { kind: 'acknowledged' };
    await service.relayed();
    const queued = await integrity();
    assert.deepEqual([queued['lost'], queued['reason']], [null, 'consumer-not-caught-up']);
    service.control.isBrokerSilent = true;
    const silent = await integrity();
    assert.deepEqual(
      [silent['lost'], silent['reason'], silent['produced'], silent['consumed'], silent['deadLettered']],
      [null, 'broker-silent', null, null, null],
    );
    service.control.isBrokerSilent = false;
    // The second record vanishes from the topic, as under a retention that is too short.
    service.topic.pop();
    await service.consume();
    const done = await integrity();
    assert.deepEqual([done['lost'], done['drained'], done['reason']], [1, true, null]);
    assert.deepEqual([done['persisted'], done['pending'], done['produced']], [1, 1, 1]);
    assert.deepEqual(done['ids'], { lost: [issueIdOf(eventId, 'b')], phantom: [] });
  });

  test('a row that was promised to nobody is a phantom, with its id', async () => {
    const service = await open();
    const acceptedAt = '2026-01-01T00:00:00.000Z';
    await store.insert([{ issueId: 'stray', eventId, userId: 'stray', serial: 3, acceptedAt }], acceptedAt);
    const { phantom, ids, lost } = await service.read(`/integrity/${eventId}`);
    assert.deepEqual({ phantom, ids, lost }, { phantom: 1, ids: { lost: [], phantom: ['stray'] }, lost: 0 });
  });

  test('a store that cannot be asked is 503, not an empty answer or a stack', async () => {
    const away = (): never => {
      throw new StoreUnavailableError('Postgres at db:5432 cannot be asked');
    };
    const service = await open({ store: { ...store, find: async () => away(), counts: async () => away() } });
    for (const url of [`/coupons/${eventId}/users/a`, `/integrity/${eventId}`]) {
      const answer = await service.app.inject(url);
      assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [503, 'unavailable']);
      assert.equal(answer.headers['retry-after'], '1');
      assert.doesNotMatch(answer.body, /db:5432/);
    }
  });

  test('metrics count outcomes, and name no user', async () => {
    const service = await open();
    await service.issue('someone-special');
    await service.issue('someone-special');
    await service.app.inject(`/coupons/${eventId}/users/someone-special`);
    await service.app.inject('/someone-special');
    await service.relayed();
    const answer = await service.app.inject('/metrics');
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    for (const line of [
      'coupon_issue_requests_total{outcome="accepted"} 1',
      'coupon_issue_requests_total{outcome="duplicate"} 1',
      'coupon_issue_requests_total{outcome="sold_out"} 0',
      'coupon_admitted 1',
      'coupon_outbox_pending 0',
      'coupon_relayed_total 1',
      'coupon_consume_rejected_total{reason="malformed"} 0',
      'http_request_duration_seconds_count{method="POST",route="/coupons/:eventId/issue",status_code="202"} 1',
      'http_request_duration_seconds_count{method="GET",route="unmatched",status_code="404"} 1',
    ]) {
      assert.ok(answer.body.includes(`${line}\n`), line);
    }
    assert.match(answer.body, /^process_cpu_seconds_total /m);
    assert.ok(!answer.body.includes('someone-special'));
  });

  test('without FAULTS=on there are no fault switches', async () => {
    const service = await open();
    for (const [method, url] of [
      ['GET', '/faults'],
      ['PUT', '/faults/consumer.delay'],
      ['DELETE', '/faults/consumer.delay'],
    ] as const) {
      assert.equal((await service.app.inject({ method, url })).statusCode, 404);
    }
    const { paths } = await service.read('/openapi.json');
    assert.ok(!Object.keys(paths as object).some((path) => path.startsWith('/faults')));
  });

  test('with FAULTS=on they are listed, set and switched off, within their range', async () => {
    const service = await open({ faults: true });
    const put = (name: string, body: object) =>
      service.app.inject({ method: 'PUT', url: `/faults/${name}`, payload: body });
    const { faults } = await service.read('/faults');
    assert.ok((faults as { name: string }[]).some(({ name }) => name === 'consumer.delay'));
    const set = await put('consumer.delay', { value: 200 });
    assert.deepEqual([set.statusCode, set.json<{ value: number }>().value], [200, 200]);
    const valueNow = async () => {
      const listed = (await service.read('/faults'))['faults'] as { name: string; value: number }[];
      return listed.find(({ name }) => name === 'consumer.delay')?.value;
    };
    assert.equal(await valueNow(), 200);
    const refused = [
      [await put('consumer.delay', { value: 60_001 }), 400, 'invalid_value'],
      [await put('consumer.delay', { value: -1 }), 400, 'invalid_request'],
      [await put('consumer.delay', { value: '5' }), 400, 'invalid_request'],
      [await put('consumer.delay', {}), 400, 'invalid_request'],
      [await put('nothing', { value: 1 }), 404, 'unknown_fault'],
      [await service.app.inject({ method: 'DELETE', url: '/faults/nothing' }), 404, 'unknown_fault'],
    ] as const;
    for (const [answer, status, code] of refused) {
      assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [status, code]);
    }
    assert.equal(await valueNow(), 200);
    const reset = await service.app.inject({ method: 'DELETE', url: '/faults/consumer.delay' });
    assert.deepEqual([reset.statusCode, reset.json<{ value: number }>().value], [200, 0]);
    assert.equal(await valueNow(), 0);
    const { paths } = await service.read('/openapi.json');
    assert.deepEqual(Object.keys((paths as Record<string, object>)['/faults/{name}'] ?? {}), [
      'put',
      'delete',
    ]);
  });

  test('a process that only consumes has no coupon routes, and none of the api’s switches', async () => {
    const service = await open({ roles: ['consumer'], faults: true });
    for (const url of [`/coupons/${eventId}/users/a`, `/integrity/${eventId}`]) {
      assert.equal((await service.app.inject(url)).statusCode, 404);
    }
    assert.equal((await service.issue('a')).statusCode, 404);
    assert.equal((await service.app.inject('/ready')).statusCode, 200);
    const { faults } = await service.read('/faults');
    const names = (faults as { name: string }[]).map(({ name }) => name);
    assert.ok(names.includes('consumer.delay') && !names.includes('failpoint.admitted'));
  });

  test('more requests per second and address than allowed are refused, counted, and take no stock', async () => {
    const service = await open({ rateLimitPerSecond: 2 });
    const from = (remoteAddress: string, userId: string) =>
      service.app.inject({
        method: 'POST',
        url: `/coupons/${eventId}/issue`,
        payload: { userId },
        remoteAddress,
      });
    const answers = [];
    for (const user of ['a', 'b', 'c']) answers.push(await from('127.0.0.1', user));
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [202, 202, 429],
    );
    const refused = answers[2];
    assert.equal(refused?.json<Problem>().code, 'rate_limited');
    assert.equal(refused?.headers['retry-after'], '1');
    assert.equal((await from('127.0.0.2', 'd')).statusCode, 202);
    // Other routes are not limited: they are how one finds out what is going on.
    for (let reads = 0; reads < 10; reads += 1) {
      assert.equal((await service.app.inject('/ready')).statusCode, 200);
    }
    const { outcomes, accepted } = await service.read(`/integrity/${eventId}`);
    assert.equal((outcomes as Record<string, number>)['rate_limited'], 1);
    assert.equal(accepted, 3);
  });
});
