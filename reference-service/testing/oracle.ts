import { departures } from './schema-check.ts';
import type { JsonSchema } from './schema-check.ts';
import type { Operation } from './openapi.ts';
import type { RawAnswer } from './raw-http.ts';

/** What an answer is held to. */
export type Expectation = {
  /** The operation that was meant; undefined if the bytes may be anything. */
  readonly operation: Operation | undefined;
  /** The path, the method and the framing are those of the operation: only its own answers will do. */
  readonly isAimed: boolean;
  /** Whether the operation has to do it, or must not; undefined if that is open. */
  readonly isAcceptable: boolean | undefined;
  /** Codes of the 503 answers that what the server was put into explains. */
  readonly unavailable: ReadonlySet<string>;
};

/** What the server may answer wherever something else than an operation was met. */
const ANYWHERE: Readonly<Record<number, readonly string[]>> = {
  400: ['invalid_request', 'invalid_user_id'],
  404: ['not_found'],
  405: ['method_not_allowed'],
  408: ['request_timeout'],
  413: ['body_too_large'],
  415: ['unsupported_media_type'],
  417: ['expectation_failed'],
  431: ['headers_too_large'],
};
/** What is said to a request before anybody asks what it is for. */
const REFUSALS = [400, 413, 415, 429];
const PROBLEM: JsonSchema = {
  type: 'object',
  properties: { code: { type: 'string' }, message: { type: 'string' } },
  required: ['code', 'message'],
};
/** A line of a stack, or a place in a source file. */
const INSIDES = /\n\s*at |\.[cm]?[jt]s:\d+|node_modules|node:internal/;

/** How an answer departs from what the document says and what was expected; empty if it does not. */
export function complaints(answer: RawAnswer, expected: Expectation, bodiless: boolean): string[] {
  const { status, headers } = answer;
  const text = answer.body.toString();
  const found: string[] = [];
  if (INSIDES.test(text)) found.push('the body shows the insides of the service');
  if (status >= 500 && status !== 503) found.push(`${status} is a failure of the service`);
  if (expected.isAcceptable === true && status !== 429 && REFUSALS.includes(status)) {
    found.push(`${status} refuses a request that is as described`);
  }
  if (expected.isAcceptable === false && !REFUSALS.includes(status)) {
    found.push(`${status} accepts a request that is not as described`);
  }
  // Said by Node itself of a request without a host.
  const isNodes = status === 400 && answer.body.length === 0 && !headers.has('content-type');
  if (bodiless || (isNodes && !expected.isAimed)) return found;

  const isJson = headers.get('content-type') === 'application/json; charset=utf-8';
  const json = isJson ? parse(text) : undefined;
  if (isJson && json === undefined) found.push('the body is no JSON');
  const code = (json as { code?: string } | undefined)?.code;
  if (status === 503 && !expected.unavailable.has(code ?? 'not_ready')) {
    found.push(`503 ${String(code)}, though nothing is in the way`);
  }
  const isAnywhere = ANYWHERE[status]?.includes(String(code)) === true;
  if (!expected.isAimed && isAnywhere) return [...found, ...departures(PROBLEM, json, { isClosed: true })];
  return [...found, ...undocumented(answer, expected.operation, text, json)];
}

function undocumented(
  { status, headers }: RawAnswer,
  operation: Operation | undefined,
  text: string,
  json: unknown,
): string[] {
  const documented = operation?.responses[status];
  if (documented === undefined) {
    return [`${status} is not documented for ${operation?.operationId ?? 'this'}: ${text.slice(0, 200)}`];
  }
  const found: string[] = [];
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const media = documented.content?.[type];
  if (media === undefined) found.push(`${status} has the content type ${type}, which is not documented`);
  else found.push(...departures(media.schema, type === 'application/json' ? json : text, { isClosed: true }));
  for (const [name, { schema }] of Object.entries(documented.headers ?? {})) {
    const value = headers.get(name);
    if (value !== undefined) found.push(...departures(schema, value, { isClosed: true, at: name }));
  }
  if (documented.headers?.['retry-after'] !== undefined && !headers.has('retry-after')) {
    found.push(`${status} without retry-after`);
  }
  const isUnknown = (json as { code?: unknown } | undefined)?.code === 'unknown';
  if (headers.has('x-outcome') !== isUnknown) found.push('x-outcome and the code do not agree');
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
