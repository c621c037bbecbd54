import { Writable } from 'node:stream';
import { addRoutes } from './app.ts';
import type { AppParts } from './app-parts.ts';
import { ROLES } from './config.ts';
import { createServer } from './http-server.ts';

/** The OpenAPI document of a process with all roles and without fault switches. */
export async function openApiDocument(): Promise<object> {
  // No handler is called: only what the routes say about themselves is read.
  const parts = { roles: new Set(ROLES), faults: undefined, rateLimitPerSecond: undefined };
  const app = createServer(new Writable({ write: (_chunk, _encoding, done) => done() }));
  try {
    await addRoutes(app, parts as unknown as AppParts);
    await app.ready();
    return app.swagger();
  } finally {
    await app.close();
  }
}
