import { z } from 'zod';

/**
 * The JSON Schema of a zod schema. It is what the server validates requests with, writes answers with and
 * describes itself by, so that the three cannot differ.
 */
export function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    // Not closed to properties that a later version may add.
    io: 'input',
    override: ({ jsonSchema: node }) => {
      if (node.format === 'date-time') delete node.pattern;
      if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
    },
  });
  return rest;
}

/** Answers by status. A schema's `meta` gives the description, and the headers that come with the answer. */
export type Answers = Readonly<Record<number, z.ZodType>>;

/** What a handler may send, by status. */
export type Replies<A extends Answers> = { [Status in keyof A]: z.infer<A[Status]> };

export function answerSchemas(answers: Answers): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, jsonSchema(schema)]));
}

/** What every refusal looks like: `code` is for machines, `message` for people. */
export function problem<const Codes extends readonly [string, ...string[]]>(
  codes: Codes,
  meta: { readonly description: string; readonly headers?: Record<string, unknown> },
) {
  return z.object({ code: z.enum(codes), message: z.string() }).meta(meta);
}

export const RETRY_AFTER = {
  'retry-after': { type: 'string', pattern: '^[0-9]+$', description: 'Seconds to wait before asking again.' },
};
