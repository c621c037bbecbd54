import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AppParts } from '../app-parts.ts';
import { normalUserId, userIdProblem } from '../user-id.ts';
import { answerSchemas, jsonSchema, problem } from './json-schema.ts';
import type { Replies } from './json-schema.ts';
import { eventUserParams } from './path-parameters.ts';
import { BAD_REQUEST, sendUnavailable, UNAVAILABLE } from './problems.ts';

const answers = {
  200: z
    .object({
      issueId: z.string(),
      serial: z.int().min(1),
      status: z.enum(['accepted', 'persisted']).describe('persisted once its row is in the store.'),
      acceptedAt: z.iso.datetime(),
      persistedAt: z.iso.datetime().optional(),
    })
    .meta({ description: 'The coupon this user was promised or has.' }),
  400: BAD_REQUEST,
  404: problem(['no_coupon'], { description: 'This user has no coupon of this event.' }),
  503: UNAVAILABLE,
};
type Route = { Params: z.infer<typeof eventUserParams>; Reply: Replies<typeof answers> };

/** `GET /coupons/:eventId/users/:userId`: where a user's coupon stands. */
export function couponRoute(app: FastifyInstance, { eventId: ownEventId, admission, store }: AppParts): void {
  app.get<Route>(
    '/coupons/:eventId/users/:userId',
    {
      schema: {
        operationId: 'findCoupon',
        summary: "Where a user's coupon stands",
        params: jsonSchema(eventUserParams),
        response: answerSchemas(answers),
      },
    },
    async (request, reply) => {
      const { eventId } = request.params;
      const userId = normalUserId(request.params.userId);
      const message = userIdProblem(userId);
      if (message !== undefined) return reply.code(400).send({ code: 'invalid_user_id', message });
      try {
        const row = await store.find(eventId, userId);
        if (row !== undefined) {
          const { issueId, serial, acceptedAt, persistedAt } = row;
          return await reply
            .code(200)
            .send({ issueId, serial, status: 'persisted', acceptedAt, persistedAt });
        }
        const coupon = eventId === ownEventId ? await admission.find(userId) : undefined;
        if (coupon === undefined) {
          return await reply
            .code(404)
            .send({ code: 'no_coupon', message: 'this user has no coupon of this event' });
        }
        const { issueId, serial, acceptedAt } = coupon;
        return await reply.code(200).send({ issueId, serial, status: 'accepted', acceptedAt });
      } catch (error) {
        return sendUnavailable(error, request, reply);
      }
    },
  );
}
