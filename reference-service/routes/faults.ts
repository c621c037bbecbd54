import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FaultSwitches } from '../faults/switches.ts';
import { answerSchemas, jsonSchema, problem } from './json-schema.ts';
import type { Replies } from './json-schema.ts';
import { BAD_REQUEST, BODY_REFUSALS } from './problems.ts';

const params = z.object({ name: z.string().min(1) });
const body = z.object({ value: z.number().min(0).describe('0 is off.') });
const fault = z
  .object({
    name: z.string(),
    unit: z.string(),
    value: z.number().min(0),
    oneShot: z.boolean().describe('It goes back to 0 once it has had its effect.'),
    max: z.number().min(0),
  })
  .meta({ description: 'A fault switch and the value in force.' });

const unknown = problem(['unknown_fault'], { description: 'This process has no such switch.' });
const listAnswers = {
  200: z.object({ faults: z.array(fault) }).meta({ description: 'All of this process.' }),
};
const putAnswers = {
  200: fault,
  400: problem(['invalid_request', 'invalid_value'], {
    description: 'The request is not what this operation takes, or the value is beyond the switch.',
  }),
  404: unknown,
  ...BODY_REFUSALS,
};
const deleteAnswers = { 200: fault, 400: BAD_REQUEST, 404: unknown, ...BODY_REFUSALS };

type Put = { Params: z.infer<typeof params>; Body: z.infer<typeof body>; Reply: Replies<typeof putAnswers> };
type Delete = { Params: z.infer<typeof params>; Reply: Replies<typeof deleteAnswers> };

/** `GET /faults`, `PUT /faults/:name` `{"value": n}`, `DELETE /faults/:name`: only where FAULTS=on. */
export function faultRoutes(app: FastifyInstance, switches: FaultSwitches): void {
  const find = (name: string) => switches.list().find((each) => each.name === name);
  app.get<{ Reply: Replies<typeof listAnswers> }>(
    '/faults',
    {
      schema: { operationId: 'listFaults', summary: 'Fault switches', response: answerSchemas(listAnswers) },
    },
    async (_request, reply) => reply.code(200).send({ faults: [...switches.list()] }),
  );
  app.put<Put>(
    '/faults/:name',
    {
      schema: {
        operationId: 'setFault',
        summary: 'Set a fault switch',
        params: jsonSchema(params),
        body: jsonSchema(body),
        response: answerSchemas(putAnswers),
      },
    },
    async (request, reply) => {
      const known = find(request.params.name);
      if (known === undefined) return reply.code(404).send(unknownFault(request.params.name));
      const { value } = request.body;
      if (value > known.max) {
        const message = `${known.name} takes 0 to ${known.max} ${known.unit}, not ${value}`;
        return reply.code(400).send({ code: 'invalid_value', message });
      }
      switches.set(known.name, value);
      return reply.code(200).send({ ...known, value });
    },
  );
  app.delete<Delete>(
    '/faults/:name',
    {
      schema: {
        operationId: 'resetFault',
        summary: 'Switch a fault off',
        params: jsonSchema(params),
        response: answerSchemas(deleteAnswers),
      },
    },
    async (request, reply) => {
      const known = find(request.params.name);
      if (known === undefined) return reply.code(404).send(unknownFault(request.params.name));
      switches.set(known.name, 0);
      return reply.code(200).send({ ...known, value: 0 });
    },
  );
}

function unknownFault(name: string): { code: 'unknown_fault'; message: string } {
  return { code: 'unknown_fault', message: `this process has no fault switch ${name}` };
}
