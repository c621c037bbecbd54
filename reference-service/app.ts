import { fastify } from 'fastify';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { IssueParts } from './issue-coupon.ts';
import type { Metrics, Outcome } from './metrics.ts';
import type { AdmissionPort, BrokerPort, StorePort } from './ports.ts';
import { couponRoute } from './routes/coupon.ts';
import { healthRoutes } from './routes/health.ts';
import { integrityRoute } from './routes/integrity.ts';
import { issueRoute } from './routes/issue.ts';

/** What the routes work with. */
export type AppParts = {
  readonly admission: AdmissionPort;
  readonly store: StorePort;
  readonly broker: Pick<BrokerPort, 'uncommittedRecords'>;
  readonly metrics: Metrics;
  readonly issue: IssueParts;
  /** Requests for a coupon by outcome since the start; the issue route counts them up. */
  readonly outcomes: Record<Outcome, number>;
  /** Why the service is not ready; empty if it is. */
  readonly notReady: () => readonly string[];
};

const BODY_LIMIT_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;
/** Longest encoded path parameter: 128 code points of four bytes, three characters each. */
const PATH_PARAMETER_LIMIT = 128 * 4 * 3;

/** An HTTP server without routes, whose logger the other parts share. */
export function createServer(log: NodeJS.WritableStream): FastifyInstance {
  return fastify({
    logger: { level: 'warn', stream: log },
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PATH_PARAMETER_LIMIT },
  });
}

/** Adds the routes. Every error body is `{ code, message }`; what went wrong inside stays in the log. */
export function addRoutes(app: FastifyInstance, parts: AppParts): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    parts.metrics.requestSeconds.observe(
      { method: request.method, route, status_code: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ code: 'not_found', message: 'there is no such resource' }),
  );
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) {
      return reply.code(status).send({ code: error.code ?? 'bad_request', message: error.message });
    }
    request.log.error({ err: error }, 'a request failed');
    return reply.code(500).send({ code: 'internal', message: 'the service failed' });
  });
  issueRoute(app, parts);
  couponRoute(app, parts);
  integrityRoute(app, parts);
  healthRoutes(app, parts);
}
