import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { formatAddress, parseAddress, parseListenAddress } from './address.ts';
import { ApiError } from './api-error.ts';
import { joinSockets, type Connection, type ToxicsByStream } from './connection.ts';
import { readToxic, updateToxic, type Toxic } from './toxic.ts';

export type ProxySpec = {
  readonly name: string;
  /** `127.0.0.1:26379`, or the port alone; port 0 stands for any free one. Loopback only. */
  readonly listen: string;
  /** Address of the server behind it. */
  readonly upstream: string;
  /** True if absent. */
  readonly enabled?: boolean | undefined;
};

/** What is left out, or undefined, stays. */
export type ProxyChange = {
  readonly listen?: string | undefined;
  readonly upstream?: string | undefined;
  readonly enabled?: boolean | undefined;
};

/** Time and chance of a proxy, from outside. */
export type ProxyContext = {
  /** Never goes back, in ms. */
  readonly monotonicMs: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
};

/** A proxy as the API shows it. */
export type ProxyDescription = {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly Toxic[];
};

export type TcpProxy = {
  describe(): ProxyDescription;
  /** Listens, if it does not yet. */
  enable(): Promise<void>;
  /** Down: no further connection is taken, and those there are end. */
  disable(): Promise<void>;
  /** Other addresses end its connections. */
  update(change: ProxyChange): Promise<void>;
  findToxic(name: string): Toxic;
  addToxic(body: unknown): Toxic;
  updateToxic(name: string, body: unknown): Toxic;
  removeToxic(name: string): void;
  removeAllToxics(): void;
};

/** A client, from its first moment on; joined once the server behind the proxy has answered. */
type OpenConnection = { end: () => void; joined?: Connection };

/** A TCP proxy that does not listen yet. Throws an ApiError for addresses that it cannot have. */
export const makeTcpProxy = (spec: ProxySpec, context: ProxyContext): TcpProxy => {
  let listen = parseListenAddress(spec.listen);
  let upstream = parseAddress(spec.upstream, 'upstream');
  let listening: Server | undefined;
  let toxics: readonly Toxic[] = [];
  const open = new Map<Socket, OpenConnection>();
  const byStream: ToxicsByStream = (stream) => toxics.filter((toxic) => toxic.stream === stream);

  const accept = (client: Socket): void => {
    const server = connect({ ...upstream, allowHalfOpen: true });
    const abandon = (): void => {
      client.destroy();
      server.destroy();
    };
    const entry: OpenConnection = { end: abandon };
    open.set(client, entry);
    const forget = (): void => {
      if (client.closed && server.closed) open.delete(client);
    };
    client.once('close', forget);
    server.once('close', forget);
    client.once('error', abandon);
    server.once('error', abandon);
    server.once('connect', () => {
      client.off('error', abandon);
      server.off('error', abandon);
      const joined = joinSockets({ client, server, toxics: byStream, ...context });
      entry.joined = joined;
      entry.end = () => joined.destroy();
      client.resume();
    });
  };

  const setToxics = (next: readonly Toxic[]): void => {
    toxics = next;
    for (const { joined } of open.values()) joined?.setToxics(byStream);
  };

  const enable = async (): Promise<void> => {
    if (listening !== undefined) return;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, accept);
    server.listen({ ...listen, exclusive: true });
    try {
      await once(server, 'listening');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'EADDRINUSE' ? 'the address is in use' : String(code ?? error);
      throw new ApiError(500, `cannot listen on ${formatAddress(listen)}: ${why}`);
    }
    listening = server;
    listen = { ...listen, port: (server.address() as AddressInfo).port };
  };

  const disable = async (): Promise<void> => {
    const server = listening;
    if (server === undefined) return;
    listening = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const { end } of open.values()) end();
    await closed;
  };

  const findToxic = (name: string): Toxic => {
    const found = toxics.find((toxic) => toxic.name === name);
    if (found === undefined) throw new ApiError(404, 'toxic not found');
    return found;
  };

  return {
    describe: () => ({
      name: spec.name,
      listen: formatAddress(listen),
      upstream: formatAddress(upstream),
      enabled: listening !== undefined,
      toxics,
    }),
    enable,
    disable,
    update: async (change) => {
      const next = {
        listen: change.listen === undefined ? listen : parseListenAddress(change.listen),
        upstream: change.upstream === undefined ? upstream : parseAddress(change.upstream, 'upstream'),
      };
      const isEnabled = change.enabled ?? listening !== undefined;
      const isMoved =
        formatAddress(next.listen) !== formatAddress(listen) ||
        formatAddress(next.upstream) !== formatAddress(upstream);
      if (isMoved || !isEnabled) await disable();
      ({ listen, upstream } = next);
      if (isEnabled) await enable();
    },
    findToxic,
    addToxic: (body) => {
      const toxic = readToxic(body);
      if (toxics.some(({ name }) => name === toxic.name)) throw new ApiError(409, 'toxic already exists');
      setToxics([...toxics, toxic]);
      return toxic;
    },
    updateToxic: (name, body) => {
      const toxic = findToxic(name);
      updateToxic(toxic, body);
      setToxics(toxics);
      return toxic;
    },
    removeToxic: (name) => {
      const toxic = findToxic(name);
      setToxics(toxics.filter((other) => other !== toxic));
    },
    removeAllToxics: () => setToxics([]),
  };
};
