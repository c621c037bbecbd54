import { z } from 'zod';
import { ApiError, badRequest } from './api-error.ts';

/** `upstream`: from the client to the server; `downstream`: the answers. */
export type StreamName = 'upstream' | 'downstream';

const whole = z.number().int().nonnegative();

/** Attributes by type of toxic, in Toxiproxy's names and units. Those left out are 0; those not known are passed over. */
const attributeSchemas = {
  /** Milliseconds that data is held back; drawn anew for each chunk from latency ± jitter. */
  latency: z.object({ latency: whole.default(0), jitter: whole.default(0) }),
  /** Data is thrown away; the connection is closed after so many milliseconds, with 0 not before the toxic goes. */
  timeout: z.object({ timeout: whole.default(0) }),
  /** The connection is reset so many milliseconds after data wants to pass. */
  reset_peer: z.object({ timeout: whole.default(0) }),
  /** 1,000 bytes a second; with 0 nothing passes. */
  bandwidth: z.object({ rate: whole.default(0) }),
  /** Milliseconds by which the end of the stream is held back. */
  slow_close: z.object({ delay: whole.default(0) }),
  /** Bytes of a slice and how far it may vary, microseconds between two of them. */
  slicer: z
    .object({ average_size: whole.min(1), size_variation: whole.default(0), delay: whole.default(0) })
    .refine(({ average_size, size_variation }) => size_variation < average_size, {
      message: 'size_variation has to be below average_size',
    }),
  /** Bytes after which the connection is closed. */
  limit_data: z.object({ bytes: whole.default(0) }),
} as const;

export type ToxicType = keyof typeof attributeSchemas;

type ToxicOf<Type extends ToxicType> = {
  readonly name: string;
  readonly type: Type;
  readonly stream: StreamName;
  /** Share of connections that it acts on, 0 to 1. */
  toxicity: number;
  /** An update of the toxic changes them in place, for every connection at once. */
  attributes: z.infer<(typeof attributeSchemas)[Type]>;
};

export type Toxic = { [Type in ToxicType]: ToxicOf<Type> }[ToxicType];

const isToxicType = (type: string): type is ToxicType => Object.hasOwn(attributeSchemas, type);

const createSchema = z.object({
  name: z.string().default(''),
  type: z.string(),
  stream: z.string().default('downstream'),
  toxicity: z.number().min(0).max(1).default(1),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});

const updateSchema = z.object({
  toxicity: z.number().min(0).max(1).optional(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});

/** Reads the body of a request for a new toxic. Throws an ApiError where it cannot be one. */
export const readToxic = (body: unknown): Toxic => {
  const { type, stream, name, toxicity, attributes } = parse(createSchema, body);
  if (stream !== 'upstream' && stream !== 'downstream') {
    throw new ApiError(400, 'stream was invalid, can be either upstream or downstream');
  }
  if (!isToxicType(type)) throw new ApiError(400, 'invalid toxic type');
  return {
    attributes: parse(attributeSchemas[type], attributes ?? {}),
    name: name === '' ? `${type}_${stream}` : name,
    type,
    stream,
    toxicity,
  } as Toxic;
};

/** Changes a toxic as the body of a request says; what it leaves out stays. Throws an ApiError and changes nothing else. */
export const updateToxic = (toxic: Toxic, body: unknown): void => {
  const { toxicity, attributes } = parse(updateSchema, body);
  toxic.attributes = parse(attributeSchemas[toxic.type], { ...toxic.attributes, ...attributes });
  toxic.toxicity = toxicity ?? toxic.toxicity;
};

const parse = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw badRequest(`${place === '' ? '' : `${place}: `}${issue?.message ?? 'not valid'}`);
};
