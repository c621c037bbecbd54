import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { AppParts } from '../app-parts.ts';
import { integrityReportSchema } from '../integrity-report.ts';
import { createComparison, integrityOf } from '../integrity.ts';
import { answerSchemas, jsonSchema, problem } from './json-schema.ts';
import type { Replies } from './json-schema.ts';
import { eventParams } from './path-parameters.ts';
import { BAD_REQUEST, sendUnavailable, UNAVAILABLE } from './problems.ts';

const answers = {
  200: integrityReportSchema.meta({ description: 'What was promised beside what is in the store.' }),
  400: BAD_REQUEST,
  404: problem(['unknown_event'], { description: 'This service does not sell this event.' }),
  503: UNAVAILABLE,
};
type Route = { Params: z.infer<typeof eventParams>; Reply: Replies<typeof answers> };

/** After it, the answer is that ids are still being compared; clients wait longer than that. */
const PATIENCE_MS = 8_000;

/** `GET /integrity/:eventId`: what was promised beside what is in the store. */
export function integrityRoute(app: FastifyInstance, parts: AppParts): void {
  const compare = createComparison(parts, PATIENCE_MS);
  app.get<Route>(
    '/integrity/:eventId',
    {
      schema: {
        operationId: 'readIntegrity',
        summary: 'What was promised beside what is in the store',
        params: jsonSchema(eventParams),
        response: answerSchemas(answers),
      },
    },
    async (request, reply) => {
      if (request.params.eventId !== parts.eventId) {
        return reply.code(404).send({ code: 'unknown_event', message: 'there is no such event' });
      }
      const report = await integrityOf(parts, compare).catch((error: unknown) => {
        sendUnavailable(error, request, reply);
      });
      return report === undefined ? reply : reply.code(200).send(report);
    },
  );
}
