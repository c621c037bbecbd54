import rateLimit from '@fastify/rate-limit';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { AppParts } from './app-parts.ts';
import { couponRoute } from './routes/coupon.ts';
import { faultRoutes } from './routes/faults.ts';
import { healthRoutes } from './routes/health.ts';
import { integrityRoute } from './routes/integrity.ts';
import { issueRoute } from './routes/issue.ts';
import { refuseOtherMethods } from './routes/methods.ts';
import { collectDescriptions, openApiRoute } from './routes/openapi.ts';
import { sendProblem } from './routes/problems.ts';

/** Addresses whose requests are counted; the ones seen longest ago are forgotten first. */
const COUNTED_ADDRESSES = 50_000;

/** Adds the routes. Every refusal is `{ code, message }`; what went wrong inside stays in the log. */
export async function addRoutes(app: FastifyInstance, parts: AppParts): Promise<void> {
  const refuseRest = refuseOtherMethods(app);
  await collectDescriptions(app);
  if (parts.rateLimitPerSecond !== undefined) {
    await app.register(rateLimit, {
      global: false,
      cache: COUNTED_ADDRESSES,
      addHeadersOnExceeding: NO_HEADERS,
      addHeaders: { ...NO_HEADERS, 'retry-after': true },
    });
  }
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    parts.metrics.requestSeconds.observe(
      { method: request.method, route, status_code: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
    done();
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ code: 'not_found', message: 'there is no such resource' }),
  );
  app.setErrorHandler<FastifyError>(sendProblem);
  healthRoutes(app, parts);
  openApiRoute(app);
  if (parts.faults !== undefined) faultRoutes(app, parts.faults);
  if (parts.roles.has('api')) {
    issueRoute(app, parts);
    couponRoute(app, parts);
    integrityRoute(app, parts);
  }
  refuseRest();
}

const NO_HEADERS = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
};
