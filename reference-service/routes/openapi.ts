import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

const DESCRIPTION =
  'First come, first served. Every refusal is `{code, message}`: the code is for machines, the message for ' +
  'people. Beyond what each operation lists, any path may answer 405 to a method it does not have, and a ' +
  'connection may be told 400, 408, 417 or 431 before there is a request.';

/** Collects what the routes say about themselves. Call it before the first of them. */
export async function collectDescriptions(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Reference coupon service', version: '1.0.0', description: DESCRIPTION },
    },
  });
}

/** `GET /openapi.json`: the routes of this process. */
export function openApiRoute(app: FastifyInstance): void {
  let text: string | undefined;
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'describe',
        summary: 'This description',
        response: {
          200: { description: 'An OpenAPI document.', type: 'object', additionalProperties: true },
        },
      },
    },
    async (_request, reply) => {
      // All routes are there once the server listens, and none is added later.
      text ??= JSON.stringify(app.swagger());
      return reply.type('application/json').send(text);
    },
  );
}
