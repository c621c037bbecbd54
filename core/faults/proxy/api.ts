import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';
import { ApiError, badRequest } from './api-error.ts';
import { readProxySpec, readProxySpecs, type Proxies } from './proxies.ts';

/** Toxiproxy's API of this version is what is spoken; the part behind the `+` says by whom. */
const apiVersion = '2.12.0+lagline';
const bodyLimitBytes = 1024 * 1024;

type Answer = { readonly status: number; readonly body?: unknown };
/** `parts` are the names in the path, in order. */
type Handler = (proxies: Proxies, parts: readonly string[], body: () => unknown) => Promise<Answer> | Answer;

const changeSchema = z.object({
  listen: z.string().optional(),
  upstream: z.string().optional(),
  enabled: z.boolean().optional(),
});

const readChange = (value: unknown): z.infer<typeof changeSchema> => {
  const parsed = changeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badRequest(
    `${parsed.error.issues[0]?.path.join('.') ?? ''}: ${parsed.error.issues[0]?.message ?? ''}`,
  );
};

const updateProxy: Handler = async (proxies, [name = ''], body) => {
  const proxy = proxies.find(name);
  await proxy.update(readChange(body()));
  return { status: 200, body: proxy.describe() };
};

const updateToxic: Handler = (proxies, [name = '', toxic = ''], body) => ({
  status: 200,
  body: proxies.find(name).updateToxic(toxic, body()),
});

/** Method and path; `*` stands for a name. */
const routes: Readonly<Record<string, Handler>> = {
  'GET /version': () => ({ status: 200, body: { version: apiVersion } }),
  'GET /proxies': (proxies) => ({
    status: 200,
    body: Object.fromEntries(
      proxies
        .all()
        .map((proxy) => proxy.describe())
        .map((proxy) => [proxy.name, proxy]),
    ),
  }),
  'POST /proxies': async (proxies, _, body) => ({
    status: 201,
    body: (await proxies.create(readProxySpec(body()))).describe(),
  }),
  'POST /populate': async (proxies, _, body) => ({
    status: 201,
    body: { proxies: (await proxies.populate(readProxySpecs(body()))).map((proxy) => proxy.describe()) },
  }),
  'POST /reset': async (proxies) => {
    await proxies.reset();
    return { status: 204 };
  },
  'GET /proxies/*': (proxies, [name = '']) => ({ status: 200, body: proxies.find(name).describe() }),
  'POST /proxies/*': updateProxy,
  'PATCH /proxies/*': updateProxy,
  'DELETE /proxies/*': async (proxies, [name = '']) => {
    await proxies.remove(name);
    return { status: 204 };
  },
  'GET /proxies/*/toxics': (proxies, [name = '']) => ({
    status: 200,
    body: proxies.find(name).describe().toxics,
  }),
  'POST /proxies/*/toxics': (proxies, [name = ''], body) => ({
    status: 200,
    body: proxies.find(name).addToxic(body()),
  }),
  'GET /proxies/*/toxics/*': (proxies, [name = '', toxic = '']) => ({
    status: 200,
    body: proxies.find(name).findToxic(toxic),
  }),
  'POST /proxies/*/toxics/*': updateToxic,
  'PATCH /proxies/*/toxics/*': updateToxic,
  'DELETE /proxies/*/toxics/*': (proxies, [name = '', toxic = '']) => {
    proxies.find(name).removeToxic(toxic);
    return { status: 204 };
  },
};

/** Toxiproxy's HTTP API over these proxies; requests are answered one after the other. Does not listen yet. */
export const makeApi = (proxies: Proxies): Server => {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T> | T): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  return createServer((request, response) => {
    void answer(request, proxies, inTurn).then(({ status, body }) => {
      const isEmpty = body === undefined;
      response.writeHead(status, isEmpty ? {} : { 'content-type': 'application/json' });
      response.end(isEmpty ? undefined : `${JSON.stringify(body)}\n`);
    });
  });
};

const answer = async (
  request: IncomingMessage,
  proxies: Proxies,
  inTurn: <T>(work: () => Promise<T> | T) => Promise<T>,
): Promise<Answer> => {
  try {
    // As Toxiproxy does: a web page that somebody has open must not be able to set faults.
    if (request.headers['user-agent']?.startsWith('Mozilla/'))
      throw new ApiError(403, 'User agent not allowed');
    const { handler, parts } = route(request.method ?? '', request.url ?? '');
    const text = await readBody(request);
    return await inTurn(() => handler(proxies, parts, () => parseJson(text)));
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 500;
    return { status, body: { error: error instanceof Error ? error.message : String(error), status } };
  }
};

const route = (method: string, url: string): { handler: Handler; parts: string[] } => {
  const [proxies, name, toxics, toxic, ...rest] = (url.split('?', 1)[0] ?? '').split('/').slice(1);
  const parts = [name, toxic].filter((part) => part !== undefined).map(decode);
  const shape = [proxies, name && '*', toxics, toxic && '*', ...rest].filter((part) => part !== undefined);
  const handler = routes[`${method} /${shape.join('/')}`];
  if (handler !== undefined) return { handler, parts };
  const isPath = Object.keys(routes).some((key) => key.endsWith(` /${shape.join('/')}`));
  throw isPath ? new ApiError(405, 'method not allowed') : new ApiError(404, 'page not found');
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, `'${part}' is not a name`);
  }
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) throw new ApiError(413, `body above ${bodyLimitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : 'not JSON');
  }
};
