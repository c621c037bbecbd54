import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { KnownError, messageOf } from '../../errors.ts';
import { makeApi } from './api.ts';
import { ApiError } from './api-error.ts';
import { makeProxies } from './proxies.ts';
import type { ProxyContext, ProxyDescription, ProxySpec } from './tcp-proxy.ts';

export type FaultProxyOptions = Partial<ProxyContext> & {
  /** Port of the API at 127.0.0.1; 0, as when absent, stands for any free one. */
  readonly adminPort?: number;
  readonly proxies?: readonly ProxySpec[];
};

export type FaultProxy = {
  /** Base URL of the API. */
  readonly adminUrl: string;
  describe(): readonly ProxyDescription[];
  /** Ends every connection and listens no more. */
  close(): Promise<void>;
};

/**
 * Named TCP proxies with faults, set over Toxiproxy's HTTP API. All of it listens on loopback only. Throws a KnownError
 * where a port is taken or a proxy is not what one can be.
 */
export const startFaultProxy = async (options: FaultProxyOptions = {}): Promise<FaultProxy> => {
  const { adminPort = 0, monotonicMs = () => performance.now(), random = Math.random } = options;
  const proxies = makeProxies({ monotonicMs, random });
  const api = makeApi(proxies);
  const close = async (): Promise<void> => {
    await proxies.close();
    if (!api.listening) return;
    const closed = once(api, 'close');
    api.close();
    api.closeAllConnections();
    await closed;
  };
  try {
    for (const spec of options.proxies ?? []) await proxies.create(spec);
    api.listen({ host: '127.0.0.1', port: adminPort, exclusive: true });
    await once(api, 'listening');
  } catch (error) {
    await close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new KnownError(
        'port-taken',
        `port ${adminPort} of 127.0.0.1 is taken; the API was to listen there`,
        {
          remedy: 'end the program that holds it, or choose another with --admin-port',
          cause: error,
        },
      );
    }
    if (!(error instanceof ApiError)) throw error;
    throw new KnownError('usage', `a proxy cannot be had: ${messageOf(error)}`, {
      remedy: "write it as in --proxy 'redis=26379->127.0.0.1:6379'",
      cause: error,
    });
  }
  return {
    adminUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    describe: () => proxies.all().map((proxy) => proxy.describe()),
    close,
  };
};
