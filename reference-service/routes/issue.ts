import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AppParts } from '../app.ts';
import { issueCoupon } from '../issue-coupon.ts';
import type { IssueAnswer } from '../issue-coupon.ts';
import type { Outcome } from '../metrics.ts';
import { userIdSchema } from '../user-id.ts';

const bodySchema = z.object({ userId: userIdSchema }, 'the body must be a JSON object with a userId');

/** `POST /coupons/:eventId/issue` `{ "userId": "…" }`: admits a user and answers once Kafka has the coupon. */
export function issueRoute(app: FastifyInstance, parts: AppParts): void {
  const count = (outcome: Outcome): void => {
    parts.outcomes[outcome] += 1;
    parts.metrics.issueRequests.inc({ outcome });
  };
  app.post<{ Params: { eventId: string } }>(
    '/coupons/:eventId/issue',
    {
      // A body that cannot be parsed never reaches the handler.
      errorHandler: (error, request, reply) => {
        if ((error.statusCode ?? 500) < 500) count('invalid');
        app.errorHandler(error, request, reply);
      },
    },
    async (request, reply) => {
      const body = bodySchema.safeParse(request.body);
      if (!body.success) {
        count('invalid');
        const message = body.error.issues[0]?.message ?? 'the body is not valid';
        return reply.code(400).send({ code: 'invalid_user_id', message });
      }
      const answer = await issueCoupon(parts.issue, request.params.eventId, body.data.userId);
      count(answer.outcome);
      return sendAnswer(reply, answer);
    },
  );
}

function sendAnswer(reply: FastifyReply, answer: IssueAnswer): FastifyReply {
  switch (answer.outcome) {
    case 'accepted': {
      const { issueId, serial } = answer.coupon;
      return reply.code(202).send({ issueId, serial });
    }
    case 'duplicate':
      return reply.code(409).send({
        code: 'duplicate',
        message: 'this user already has a coupon of this event',
        issueId: answer.coupon.issueId,
      });
    case 'sold_out':
      return reply.code(410).send({ code: 'sold_out', message: 'no coupon is left' });
    case 'unknown_event':
      return reply.code(404).send({ code: 'unknown_event', message: 'there is no such event' });
    case 'unknown':
      return reply.code(503).header('retry-after', '2').send({
        code: 'unknown',
        message: 'the coupon may have been issued; ask for it under its id',
        issueId: answer.coupon.issueId,
      });
    case 'not_ready':
    case 'refused':
      return reply
        .code(503)
        .header('retry-after', '1')
        .send({ code: answer.outcome, message: answer.reason });
  }
}
