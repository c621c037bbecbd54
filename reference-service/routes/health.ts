import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AppParts } from '../app-parts.ts';
import { answerSchemas } from './json-schema.ts';

const alive = {
  200: z.object({ status: z.literal('alive') }).meta({ description: 'The process answers.' }),
};
const ready = {
  200: z
    .object({ ready: z.literal(true) })
    .meta({ description: 'The process can do the work of its roles.' }),
  503: z
    .object({ ready: z.literal(false), reasons: z.array(z.string()).min(1) })
    .meta({ description: 'It cannot, and why.' }),
};
const METRICS_TEXT = {
  200: {
    description: 'All metrics in the text format of Prometheus.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  },
};

/** `GET /health` (the process answers), `GET /ready` (it can do its work), `GET /metrics`. */
export function healthRoutes(app: FastifyInstance, { metrics, notReady }: AppParts): void {
  app.get(
    '/health',
    { schema: { operationId: 'health', summary: 'Is it alive?', response: answerSchemas(alive) } },
    async () => ({ status: 'alive' }),
  );
  app.get(
    '/ready',
    { schema: { operationId: 'ready', summary: 'Can it do its work?', response: answerSchemas(ready) } },
    async (_request, reply) => {
      const reasons = notReady();
      return reasons.length === 0 ? { ready: true } : reply.code(503).send({ ready: false, reasons });
    },
  );
  app.get(
    '/metrics',
    { schema: { operationId: 'metrics', summary: 'Metrics for Prometheus', response: METRICS_TEXT } },
    async (_request, reply) =>
      reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
