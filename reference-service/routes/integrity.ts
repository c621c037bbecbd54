import type { FastifyInstance } from 'fastify';
import type { AppParts } from '../app.ts';
import { integrityOf } from '../integrity.ts';

/** `GET /integrity/:eventId`: what was promised beside what is in the store. */
export function integrityRoute(app: FastifyInstance, parts: AppParts): void {
  app.get<{ Params: { eventId: string } }>('/integrity/:eventId', async (request, reply) => {
    const { eventId } = request.params;
    if (!parts.admission.knows(eventId)) {
      return reply.code(404).send({ code: 'unknown_event', message: 'there is no such event' });
    }
    return integrityOf({ ...parts, unknownRecords: parts.issue.unknownRecords }, eventId);
  });
}
