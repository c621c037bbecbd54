import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { refuseConnection, refuseExpectation, sendProblem } from './routes/problems.ts';

/** What one client, or all of them together, may take of the server. */
export type ServerLimits = {
  readonly maxConnections: number;
  /** From the start of a connection or request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** From the start of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  /** How often the first two are looked at. */
  readonly checkEveryMs: number;
};

/**
 * With headers and bodies of 16 KiB at most, these bound what connections can hold in memory. A load
 * generator's idle connections outlive its pauses.
 */
const LIMITS: ServerLimits = {
  maxConnections: 16_384,
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 20_000,
  keepAliveTimeoutMs: 72_000,
  checkEveryMs: 1_000,
};
const BODY_LIMIT_BYTES = 16 * 1024;
/** Longest encoded path parameter: 512 code points of four bytes, three characters each. */
const PATH_PARAMETER_LIMIT = 512 * 4 * 3;
/** From this share of the connections on, idle ones make room for new ones. */
const CROWDED = 0.9;

/** An HTTP server without routes, whose logger the other parts share. */
export function createServer(log: NodeJS.WritableStream, limits: ServerLimits = LIMITS): FastifyInstance {
  const app = fastify({
    logger: { level: 'warn', stream: log },
    // The log holds failures, and what they are about; a logger of its own for each request is costly.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: { headersTimeout: limits.headersTimeoutMs, connectionsCheckingInterval: limits.checkEveryMs },
    routerOptions: { maxParamLength: PATH_PARAMETER_LIMIT },
    // A request that arrives while the service stops is told so like any other.
    return503OnClosing: false,
    // A value is what it says it is, or it is refused.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => {
      void sendProblem({ ...error, statusCode: 400, message: error.message }, request, reply);
    },
  });
  // Text is no JSON, whatever it holds.
  app.removeContentTypeParser('text/plain');
  app.server.on('checkExpectation', refuseExpectation);
  boundConnections(app, limits.maxConnections);
  return app;
}

/** The server takes no more connections than this; before it refuses one, it ends those that are idle. */
function boundConnections({ server }: FastifyInstance, maxConnections: number): void {
  server.maxConnections = maxConnections;
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    if (open >= CROWDED * maxConnections) server.closeIdleConnections();
  });
  server.on('drop', () => server.closeIdleConnections());
}
