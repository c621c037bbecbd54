import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../errors.ts';
import { problem, RETRY_AFTER } from './json-schema.ts';

type Problem = { readonly status: number; readonly code: string; readonly message: string };

/** Refusals that the server gives before a handler is asked. */
export const BAD_REQUEST = problem(['invalid_request', 'invalid_user_id'], {
  description: 'The request is not what this operation takes. Nothing was done.',
});
export const BODY_REFUSALS = {
  413: problem(['body_too_large'], { description: 'The body is too large.' }),
  415: problem(['unsupported_media_type'], { description: 'The body is not declared as application/json.' }),
};
export const UNAVAILABLE = problem(['unavailable'], {
  description: 'What has to be read for the answer cannot be read now.',
  headers: RETRY_AFTER,
});

const CODES: Readonly<Record<number, string>> = {
  404: 'not_found',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
};

/** What a client is told of an error; what went wrong inside is not in it. */
export function problemOf(error: FastifyError): Problem {
  const status = error.statusCode ?? 500;
  if (status >= 500 || status < 400) return { status: 500, code: 'internal', message: 'the service failed' };
  const code = CODES[status];
  if (code !== undefined) return { status, code, message: error.message };
  return {
    status: 400,
    code: isAboutUserId(error) ? 'invalid_user_id' : 'invalid_request',
    message: error.message,
  };
}

function isAboutUserId({ validation }: FastifyError): boolean {
  const [first] = validation ?? [];
  return first?.instancePath === '/userId' || first?.params['missingProperty'] === 'userId';
}

export function sendProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code, message } = problemOf(error);
  if (status === 500) request.log.error({ err: error }, 'a request failed');
  return reply.code(status).send({ code, message });
}

/** Says that what a port was asked cannot be read now; the cause stays in the log. */
export function sendUnavailable(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.log.warn(
    { reason: messageOf(error), url: request.routeOptions.url },
    'a request could not be answered',
  );
  return reply
    .code(503)
    .header('retry-after', '1')
    .send({ code: 'unavailable', message: 'this cannot be read now; ask again' });
}

const CONNECTION_PROBLEMS: Readonly<
  Record<string, readonly [status: string, code: string, message: string]>
> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request_timeout', 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'headers_too_large',
    'the headers are too large',
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [
    '413 Payload Too Large',
    'body_too_large',
    'the chunk extensions are too large',
  ],
};
const NOT_HTTP = ['400 Bad Request', 'invalid_request', 'this is not HTTP'] as const;

/** Answers what is not even a request, and ends its connection. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, code, message] = CONNECTION_PROBLEMS[error.code ?? ''] ?? NOT_HTTP;
  if (socket.writable) {
    const body = JSON.stringify({ code, message });
    const fields = Object.entries(lastHeaders(body)).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status}\r\n${fields.join('')}\r\n${body}`);
  }
  socket.destroy();
}

/** Answers a request that expects something other than to go on. */
export function refuseExpectation(_request: unknown, response: ServerResponse): void {
  const body = JSON.stringify({ code: 'expectation_failed', message: 'this expectation cannot be met' });
  response.writeHead(417, lastHeaders(body)).end(body);
}

/** Headers of an answer after which nothing follows; its text is ASCII. */
function lastHeaders(body: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
    connection: 'close',
  };
}
