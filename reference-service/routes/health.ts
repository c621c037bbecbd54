import type { FastifyInstance } from 'fastify';
import type { AppParts } from '../app.ts';

/** `GET /health` (the process answers), `GET /ready` (it can do its work), `GET /metrics`. */
export function healthRoutes(app: FastifyInstance, { metrics, notReady }: AppParts): void {
  app.get('/health', async () => ({ status: 'alive' }));
  app.get('/ready', async (_request, reply) => {
    const reasons = notReady();
    return reasons.length === 0 ? { ready: true } : reply.code(503).send({ ready: false, reasons });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
