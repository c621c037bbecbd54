import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export type OpenOptions = {
  headers: Readonly<Record<string, string>>;
  /** Until the connection stands (name, TCP and TLS), in ms. */
  connectTimeoutMs: number;
  /** Longest silence on a standing connection, in ms. */
  idleTimeoutMs: number;
};

const maxRedirects = 5;

/** Opens a GET over HTTP(S), following redirects and HTTP(S)_PROXY. The body must be read or destroyed. */
export const openHttp = async (
  url: string,
  options: OpenOptions,
  redirects = 0,
): Promise<IncomingMessage> => {
  const response = await openOnce(new URL(url), options);
  const location = response.headers.location;
  if (
    response.statusCode === undefined ||
    response.statusCode < 300 ||
    response.statusCode >= 400 ||
    !location
  )
    return response;
  response.destroy();
  if (redirects >= maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
  return openHttp(new URL(location, url).href, options, redirects + 1);
};

const openOnce = (url: URL, options: OpenOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { request, connected } = start(url, options);
    const connecting = setTimeout(() => {
      request.destroy(new Error(`no connection to ${url.host} within ${options.connectTimeoutMs / 1000} s`));
    }, options.connectTimeoutMs);
    const stopTimer = (): void => clearTimeout(connecting);
    request.once('socket', (socket) => (socket.connecting ? socket.once(connected, stopTimer) : stopTimer()));
    request.setTimeout(options.idleTimeoutMs, () => {
      request.destroy(new Error(`no data from ${url.host} for ${options.idleTimeoutMs / 1000} s`));
    });
    request.once('response', resolve);
    // Stays for the life of the request: an error after the response reaches the reader through the body.
    request.on('error', (error) => {
      stopTimer();
      reject(error);
    });
    request.once('close', stopTimer);
    request.end();
  });

const start = (url: URL, { headers }: OpenOptions): { request: ClientRequest; connected: string } =>
  url.protocol === 'http:'
    ? {
        request: httpRequest(url, { headers, agent: new HttpAgent({ proxyEnv: process.env }) }),
        connected: 'connect',
      }
    : {
        request: httpsRequest(url, { headers, agent: new HttpsAgent({ proxyEnv: process.env }) }),
        connected: 'secureConnect',
      };
