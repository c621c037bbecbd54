import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AppParts } from '../app-parts.ts';
import { issueCoupon } from '../issue-coupon.ts';
import type { IssueAnswer } from '../issue-coupon.ts';
import type { Outcome } from '../metrics.ts';
import { normalUserId, rawUserIdSchema, userIdProblem } from '../user-id.ts';
import { answerSchemas, jsonSchema, problem, RETRY_AFTER } from './json-schema.ts';
import type { Replies } from './json-schema.ts';
import { eventParams } from './path-parameters.ts';
import { BAD_REQUEST, BODY_REFUSALS } from './problems.ts';

const body = z.object({ userId: rawUserIdSchema });

const answers = {
  202: z
    .object({ issueId: z.string(), serial: z.int().min(1).describe('Place in the order of admission.') })
    .meta({
      description: 'Admitted: the coupon is as durable as the admission is, and its row will follow.',
    }),
  400: BAD_REQUEST,
  403: problem(['not_open', 'over'], { description: 'The sale has not begun, or it is over.' }),
  404: problem(['unknown_event'], { description: 'This service does not sell this event.' }),
  409: problem(['duplicate'], { description: 'This user already has a coupon of this event.' }).extend({
    issueId: z.string(),
  }),
  410: problem(['sold_out'], { description: 'No coupon is left.' }),
  ...BODY_REFUSALS,
  429: problem(['rate_limited'], {
    description: 'More requests from this address than the service is set to take.',
    headers: RETRY_AFTER,
  }),
  503: problem(['not_ready', 'backlog_full', 'unknown'], {
    description:
      'not_ready, backlog_full: nothing was decided and no stock was taken. unknown: the coupon may have ' +
      'been issued; ask again, a user gets one at most.',
    headers: {
      ...RETRY_AFTER,
      // Load generators often throw bodies away.
      'x-outcome': { type: 'string', enum: ['unknown'], description: 'Only with the code unknown.' },
    },
  }),
};
type Route = {
  Params: z.infer<typeof eventParams>;
  Body: z.infer<typeof body>;
  Reply: Replies<typeof answers>;
};
type Reply = FastifyReply<Route>;

/** `POST /coupons/:eventId/issue` `{ "userId": "…" }`: admits a user. */
export function issueRoute(app: FastifyInstance, parts: AppParts): void {
  const count = (outcome: Outcome): void => {
    parts.outcomes[outcome] += 1;
    parts.metrics.issueRequests.inc({ outcome });
  };
  const limit = parts.rateLimitPerSecond;
  app.post<Route>(
    '/coupons/:eventId/issue',
    {
      schema: {
        operationId: 'issueCoupon',
        summary: 'Ask for a coupon',
        params: jsonSchema(eventParams),
        body: jsonSchema(body),
        response: answerSchemas(answers),
      },
      config: limit === undefined ? {} : { rateLimit: { max: limit, timeWindow: 1_000 } },
      // What is refused before it reaches the handler is an outcome too.
      errorHandler: (error, request, reply) => {
        const status = error.statusCode ?? 500;
        if (status < 500) count(status === 429 ? 'rate_limited' : 'invalid');
        app.errorHandler(error, request, reply);
      },
    },
    async (request, reply) => {
      const userId = normalUserId(request.body.userId);
      const message = userIdProblem(userId);
      if (message !== undefined) {
        count('invalid');
        return reply.code(400).send({ code: 'invalid_user_id', message });
      }
      const answer = await issueCoupon(parts.issue, { eventId: request.params.eventId, userId });
      count(answer.outcome);
      return sendAnswer(reply, answer);
    },
  );
}

function sendAnswer(reply: Reply, answer: IssueAnswer): Reply {
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
    case 'not_open':
      return reply.code(403).send({ code: 'not_open', message: 'the sale has not begun' });
    case 'over':
      return reply.code(403).send({ code: 'over', message: 'the sale is over' });
    case 'unknown':
      return reply.header('retry-after', '2').header('x-outcome', 'unknown').code(503).send({
        code: 'unknown',
        message: 'the coupon may have been issued; ask again, a user gets one at most',
      });
    case 'not_ready':
    case 'backlog_full':
      return reply
        .header('retry-after', '1')
        .code(503)
        .send({ code: answer.outcome, message: answer.reason });
  }
}
