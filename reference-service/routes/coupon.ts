import type { FastifyInstance } from 'fastify';
import type { AppParts } from '../app.ts';
import { userIdSchema } from '../user-id.ts';

/**
 * `GET /coupons/:eventId/users/:userId`: where a user's coupon stands. `persisted` once its row is in the
 * store, `accepted` once the broker has it, `unknown` while the broker's answer is missing.
 */
export function couponRoute(app: FastifyInstance, { admission, store }: AppParts): void {
  app.get<{ Params: { eventId: string; userId: string } }>(
    '/coupons/:eventId/users/:userId',
    async (request, reply) => {
      const { eventId } = request.params;
      const userId = userIdSchema.safeParse(request.params.userId);
      if (!userId.success) {
        const message = userId.error.issues[0]?.message ?? 'userId is not valid';
        return reply.code(400).send({ code: 'invalid_user_id', message });
      }
      const row = await store.find(eventId, userId.data);
      if (row !== undefined) {
        const { issueId, serial, acceptedAt, persistedAt } = row;
        return { issueId, serial, status: 'persisted', acceptedAt, persistedAt };
      }
      const entry = await admission.find(eventId, userId.data);
      if (entry === undefined || entry.answer === 'pending') {
        return reply.code(404).send({ code: 'no_coupon', message: 'this user has no coupon of this event' });
      }
      const { issueId, serial, acceptedAt } = entry.coupon;
      const status = entry.answer === 'unknown' ? 'unknown' : 'accepted';
      return { issueId, serial, status, acceptedAt };
    },
  );
}
