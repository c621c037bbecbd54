import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, afterEach, before, describe, test } from 'node:test';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { StoreUnavailableError } from './errors.ts';
import type { StorePort } from './ports.ts';
import { openEmbeddedStore } from './store/embedded.ts';
import { operationsOf } from './testing/openapi.ts';
import type { OpenApi, Operation } from './testing/openapi.ts';
import { complaints } from './testing/oracle.ts';
import { exchange } from './testing/raw-http.ts';
import { bytesOf, malformedRequests, requestsFor } from './testing/requests.ts';
import type { WireRequest } from './testing/requests.ts';
import { openServiceInMemory } from './testing/service-in-memory.ts';
import type { ServiceInMemoryOptions } from './testing/service-in-memory.ts';

/**
 * The description is the only thing these tests know of the API: requests are drawn from it, right ones and
 * wrong ones, and every answer of a listening server is held to it. The second half plants defects and
 * expects each of them to be found, so that the first half is known to be able to fail. (A rejection or an
 * exception that nobody handles fails whatever test is running: node:test sees to that.)
 */

/** Each run sends one to eight requests at once. */
const RUNS = 80;
const MAX_AT_ONCE = 8;
const NOTHING: ReadonlySet<string> = new Set();
/** Values of path parameters that lead somewhere. */
const KNOWN = {
  eventId: ['demo', 'demo', 'demo', 'nowhere'],
  userId: ['a', 'b'],
  name: ['consumer.delay', 'records.poison', 'nothing'],
};
/** Nothing here waits for them: what is not whole is ended by the client. */
const LIMITS = {
  maxConnections: 1_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 12_000,
  keepAliveTimeoutMs: 1_000,
  checkEveryMs: 1_000,
};
const HUNG_AFTER_MS = 15_000;

type Service = Awaited<ReturnType<typeof openServiceInMemory>>;
type Subject = {
  readonly service: Service;
  readonly operations: readonly Operation[];
  /** Holds for every answer to a request that is drawn for the operation. */
  readonly holds: (operation: Operation, unavailable?: ReadonlySet<string>) => fc.IAsyncProperty<unknown>;
  /** The same for bytes that are hardly a request. */
  readonly holdsForAnyBytes: () => fc.IAsyncProperty<unknown>;
  readonly operation: (id: string) => Operation;
  /** Lines of the service's log from `error` up. */
  readonly failures: () => string[];
};

describe('the API', () => {
  let store: StorePort;
  const running: Service[] = [];
  before(async () => {
    store = await openEmbeddedStore(undefined);
  });
  after(() => store.close());
  afterEach(async () => {
    for (const service of running.splice(0)) await service.stop();
  });

  const listen = async (
    options: Partial<ServiceInMemoryOptions> & { readonly hungAfterMs?: number | undefined } = {},
    plant: (service: Service) => void = () => undefined,
  ): Promise<Subject> => {
    const log = new PassThrough();
    let logged = '';
    log.on('data', (chunk: Buffer) => {
      logged += chunk.toString();
    });
    const service = await openServiceInMemory({
      store,
      id: 'demo',
      stock: 300,
      faults: true,
      limits: LIMITS,
      log,
      ...options,
    });
    running.push(service);
    plant(service);
    await service.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = service.app.server.address() as AddressInfo;
    const document = await fetch(`http://127.0.0.1:${port}/openapi.json`);
    const operations = operationsOf((await document.json()) as OpenApi);
    const operation = (id: string): Operation => {
      const found = operations.find(({ operationId }) => operationId === id);
      assert.ok(found !== undefined, `there is no operation ${id}`);
      return found;
    };
    const hungAfterMs = options.hungAfterMs ?? HUNG_AFTER_MS;
    const check = async (request: WireRequest, unavailable: ReadonlySet<string>): Promise<void> => {
      const bodiless = request.method === 'HEAD';
      const sent = exchange(port, bytesOf(request), { bodiless, isWhole: true, hungAfterMs });
      const { answers, rest, isHung } = await sent;
      assert.ok(!isHung, 'there is no answer');
      assert.equal(answers.length, 1, `one answer, not ${answers.length}: ${rest.toString()}`);
      assert.equal(rest.length, 0, 'something follows the answer');
      const found = answers.flatMap((answer) => complaints(answer, { ...request, unavailable }, bodiless));
      assert.deepEqual(found, []);
    };
    const checkBytes = async (bytes: Buffer): Promise<void> => {
      const bodiless = /HEAD \S* HTTP/.test(bytes.toString('latin1'));
      const { answers, rest, isHung } = await exchange(port, bytes, {
        bodiless,
        isWhole: false,
        hungAfterMs,
      });
      assert.ok(!isHung, 'the connection is neither answered nor ended');
      // A second answer may be to what came after a HEAD request, and be taken for one to such a request.
      if (!bodiless) assert.equal(rest.toString(), '');
      for (const answer of answers) {
        const expected = { isAimed: false, isAcceptable: undefined, unavailable: NOTHING };
        const found = operations.map((each) =>
          complaints(answer, { ...expected, operation: each }, bodiless),
        );
        assert.deepEqual(found.toSorted((a, b) => a.length - b.length)[0], []);
      }
    };
    const atOnce = { minLength: 1, maxLength: MAX_AT_ONCE };
    const holds = (subject: Operation, unavailable = NOTHING) =>
      fc.asyncProperty(fc.array(requestsFor(subject, KNOWN), atOnce), async (requests) => {
        await Promise.all(requests.map((request) => check(request, unavailable)));
      });
    const anyBytes = malformedRequests(fc.oneof(...operations.map((each) => requestsFor(each, KNOWN))));
    const holdsForAnyBytes = () =>
      fc.asyncProperty(fc.array(anyBytes, atOnce), async (requests) => {
        await Promise.all(requests.map(checkBytes));
      });
    const failures = () => logged.split('\n').filter((line) => /"level":[5-9]\d/.test(line));
    return { service, operations, operation, holds, holdsForAnyBytes, failures };
  };

  describe('answers as it says it does', () => {
    test('whatever is asked of any operation', async () => {
      const { operations, holds, failures } = await listen();
      assert.ok(operations.length >= 10, operations.map(({ operationId }) => operationId).join());
      for (const operation of operations) {
        const isSimple = operation.parameters === undefined && operation.requestBody === undefined;
        await fc.assert(holds(operation), { numRuns: isSimple ? RUNS / 4 : 2 * RUNS });
      }
      assert.deepEqual(failures(), []);
    });

    test('whatever comes in over a connection', async () => {
      const { service, holdsForAnyBytes, failures } = await listen();
      await fc.assert(holdsForAnyBytes(), { numRuns: 2 * RUNS });
      assert.deepEqual(failures(), []);
      assert.equal((await service.app.inject('/health')).statusCode, 200);
    });

    test('while nobody can be admitted', async () => {
      const { service, operation, holds } = await listen();
      service.control.obstacles = ['Redis cannot be reached'];
      for (const id of ['issueCoupon', 'ready', 'findCoupon', 'readIntegrity']) {
        await fc.assert(holds(operation(id), new Set(['not_ready'])), { numRuns: RUNS / 2 });
      }
    });

    test('while the broker does not answer and the outbox is full', async () => {
      const { service, operation, holds } = await listen({ outboxCap: 3 });
      service.control.outcome = { kind: 'unknown', reason: 'timeout' };
      service.control.isBrokerSilent = true;
      await fc.assert(holds(operation('issueCoupon'), new Set(['backlog_full'])), { numRuns: RUNS });
      await fc.assert(holds(operation('readIntegrity')), { numRuns: RUNS / 2 });
      assert.equal((await service.issue('one-more')).json<{ code: string }>().code, 'backlog_full');
    });

    test('while the answers of the admission are lost', async () => {
      const { service, operation, holds } = await listen();
      service.control.admit = async () => ({ kind: 'unknown', reason: 'timeout' });
      await fc.assert(holds(operation('issueCoupon'), new Set(['unknown'])), { numRuns: RUNS });
    });

    test('while the store is away', async () => {
      const away = (): never => {
        throw new StoreUnavailableError('Postgres at db:5432 cannot be asked');
      };
      const { operation, holds } = await listen({
        store: { ...store, find: async () => away(), counts: async () => away() },
      });
      for (const id of ['findCoupon', 'readIntegrity']) {
        await fc.assert(holds(operation(id), new Set(['unavailable'])), { numRuns: RUNS / 2 });
      }
    });

    test('before a sale, after it, and beyond the rate', async () => {
      const early = await listen({ opensAtMs: Date.now() + 3_600_000 });
      await fc.assert(early.holds(early.operation('issueCoupon')), { numRuns: RUNS / 2 });
      const late = await listen({ opensAtMs: 1, closesAtMs: 2 });
      await fc.assert(late.holds(late.operation('issueCoupon')), { numRuns: RUNS / 2 });
      const busy = await listen({ rateLimitPerSecond: 20 });
      await fc.assert(busy.holds(busy.operation('issueCoupon')), { numRuns: RUNS });
      const { outcomes } = await busy.service.read('/integrity/demo');
      assert.ok(((outcomes as Record<string, number>)['rate_limited'] ?? 0) > 0);
    });
  });

  describe('is found out if it', () => {
    type Given = { readonly unavailable?: ReadonlySet<string>; readonly hungAfterMs?: number };
    /** Plants a defect and expects that a complaint about it comes up. */
    const finds = async (
      complaint: RegExp,
      plant: (service: Service) => void,
      { unavailable, hungAfterMs }: Given = {},
    ): Promise<void> => {
      const { operation, holds } = await listen({ hungAfterMs }, plant);
      // A seed that is known to meet the defect, and would meet it many times.
      const parameters = { numRuns: 250, seed: 7, endOnFailure: true };
      const result = await fc.check(holds(operation('issueCoupon'), unavailable), parameters);
      assert.ok(result.failed, 'the defect was not found');
      assert.match(String(result.errorInstance), complaint);
    };
    const userIdOf = (body: unknown): unknown => (body as { userId?: unknown } | undefined)?.userId;

    test('fails on one character', () =>
      finds(/500 is a failure of the service/, ({ app }) => {
        app.addHook('preHandler', async ({ body }) => {
          if (String(userIdOf(body)).includes('\u0000')) throw new Error('invalid byte sequence');
        });
      }));

    test('shows a stack', () =>
      finds(/shows the insides/, ({ app }) => {
        app.addHook('onSend', async (_request, reply, payload) =>
          reply.statusCode === 400 ? JSON.stringify({ code: 'a', message: new Error('b').stack }) : payload,
        );
      }));

    test('has a status that is not described', () =>
      finds(/418 is not documented for issueCoupon/, ({ app }) => {
        app.addHook('preHandler', async ({ body }, reply) => {
          if (String(userIdOf(body)).length > 15) {
            await reply.code(418).send({ code: 'teapot', message: 'no coffee' });
          }
        });
      }));

    test('has a property that is not described', () =>
      finds(/has userId, which is not described/, ({ app }) => {
        app.addHook('onSend', async ({ body }, reply, payload) =>
          reply.statusCode === 202
            ? JSON.stringify({ ...(JSON.parse(String(payload)) as object), userId: userIdOf(body) })
            : payload,
        );
      }));

    test('lacks a property that is', () =>
      finds(/lacks message/, ({ app }) => {
        app.addHook('onSend', async (_request, reply, payload) =>
          reply.statusCode === 413 ? '{"code":"body_too_large"}' : payload,
        );
      }));

    test('takes a number for a user', () =>
      finds(/accepts a request that is not as described/, ({ app }) => {
        app.addHook('preValidation', async ({ body }) => {
          if (typeof userIdOf(body) === 'number') (body as { userId: string }).userId = 'some';
        });
      }));

    test('refuses a user whose name is Korean', () =>
      finds(/refuses a request that is as described/, ({ app }) => {
        app.addHook('preHandler', async ({ body }, reply) => {
          if (/[가-힣]/.test(String(userIdOf(body)))) {
            await reply.code(400).send({ code: 'invalid_user_id', message: 'no' });
          }
        });
      }));

    test('says 503 with nothing in the way', () =>
      finds(/503 not_ready, though nothing is in the way/, ({ control }) => {
        control.admit = async (userId) =>
          userId.length > 8 ? { kind: 'unavailable', reason: 'some' } : { kind: 'sold-out' };
      }));

    test('does not say when to come again', () =>
      finds(
        /503 without retry-after/,
        ({ app, control }) => {
          control.obstacles = ['some'];
          app.addHook('onSend', async (_request, reply) => {
            reply.removeHeader('retry-after');
          });
        },
        { unavailable: new Set(['not_ready']) },
      ));

    test('does not say in the header that an outcome is unknown', () =>
      finds(
        /x-outcome and the code do not agree/,
        ({ app, control }) => {
          control.admit = async () => ({ kind: 'unknown', reason: 'timeout' });
          app.addHook('onSend', async (_request, reply) => {
            reply.removeHeader('x-outcome');
          });
        },
        { unavailable: new Set(['unknown']) },
      ));

    test('gives no answer', () =>
      finds(
        /there is no answer/,
        ({ app }) => {
          app.addHook('preHandler', async ({ body }) => {
            if (String(userIdOf(body)).length > 15) await new Promise(() => undefined);
          });
        },
        { hungAfterMs: 1_000 },
      ));

    test('ends a connection without a word', async () => {
      const { service, holdsForAnyBytes } = await listen({}, ({ app }) => {
        app.server.removeAllListeners('clientError');
        app.server.on('clientError', (_error, socket) =>
          socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\nwhat'),
        );
      });
      const result = await fc.check(holdsForAnyBytes(), { numRuns: 50, seed: 7, endOnFailure: true });
      assert.ok(result.failed);
      assert.equal((await service.app.inject('/health')).statusCode, 200);
    });
  });
});
