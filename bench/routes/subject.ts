// A server that is measured, in a process of its own: `fork` it with the name of the subject and the URL of Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import { openRedisAdmission } from '../../reference-service/admission/redis.ts';
import type { AppParts } from '../../reference-service/app-parts.ts';
import { addRoutes } from '../../reference-service/app.ts';
import { ROLES } from '../../reference-service/config.ts';
import { NO_FAULTS } from '../../reference-service/faults/switches.ts';
import { createServer } from '../../reference-service/http-server.ts';
import { createMetrics, OUTCOMES, type Outcome } from '../../reference-service/metrics.ts';
import { startRelay } from '../../reference-service/relay/relay.ts';

export type SubjectName = 'bare' | 'redis' | 'service';

type IssueRequest = { Params: { eventId: string }; Body: { userId: string } };
const answer = (serial: number) => ({ issueId: '0123456789abcdef0123456789abcdef', serial });

/** The least a route of this shape can do. */
const bare = async (): Promise<FastifyInstance> => {
  const app = fastify();
  let serial = 0;
  app.post<IssueRequest>('/coupons/:eventId/issue', async (_request, reply) =>
    reply.code(202).send(answer(++serial)),
  );
  return app;
};

/** The same with one write in Redis for each request, and nothing decided. */
const withRedis = async (url: string): Promise<FastifyInstance> => {
  const app = fastify();
  const redis = new Redis(url);
  let serial = 0;
  app.post<IssueRequest>('/coupons/:eventId/issue', async (request, reply) => {
    await redis.set(`bench:${request.body.userId}`, '1', 'NX');
    return reply.code(202).send(answer(++serial));
  });
  return app;
};

/** The service as it runs, but for the broker: the relay's records end in this process. */
const service = async (url: string): Promise<FastifyInstance> => {
  const event = { id: 'bench', stock: 100_000_000, opensAtMs: undefined, closesAtMs: undefined };
  const app = createServer(process.stderr);
  const admission = await openRedisAdmission({
    url,
    event,
    roles: new Set(ROLES),
    instanceId: 'bench',
    outboxCap: 10_000_000,
    logger: {
      warn: () => undefined,
      error: (facts, message) => process.stderr.write(`${message} ${JSON.stringify(facts)}\n`),
    },
    sources: {
      unread: async () => [],
      async *stored() {
        yield [];
      },
      quiesce: async () => undefined,
    },
  });
  const metrics = createMetrics({ ledger: () => admission.counts() });
  const broker = {
    produce: async () => ({ kind: 'acknowledged' }) as const,
    produceRaw: async () => undefined,
    counts: async () => ({ appended: 0, committed: 0, uncommitted: 0, deadLettered: 0 }),
  };
  const parts: Omit<AppParts, 'store'> = {
    roles: new Set(['api', 'relay']),
    eventId: event.id,
    admission,
    broker,
    metrics,
    faults: undefined,
    rateLimitPerSecond: undefined,
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<Outcome, number>,
    issue: { eventId: event.id, admission, faults: NO_FAULTS, obstacles: () => admission.obstacles() },
    notReady: () => admission.obstacles(),
  };
  // No route that is measured reads the store.
  await addRoutes(app, parts as AppParts);
  while (admission.obstacles().length > 0) await sleep(20);
  startRelay({ outbox: admission.outbox, broker, metrics, faults: NO_FAULTS, logger: app.log });
  return app;
};

const [name, redisUrl = ''] = process.argv.slice(2);
const open = { bare, redis: withRedis, service }[name as SubjectName];
const app = await open(redisUrl);
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });
