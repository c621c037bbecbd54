import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

const loopback = '127.0.0.1';

/** A TCP port nobody listens on at 127.0.0.1 at this moment. */
export const freePort = async (): Promise<number> => {
  const [port] = await freePorts(1);
  return port ?? 0;
};

/** So many different free TCP ports at 127.0.0.1. All are held until the last is chosen, hence never twice the same. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers: Server[] = [];
  try {
    while (servers.length < count) servers.push(await listen(0));
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(servers.map(close));
  }
};

/** False if a program listens on this port of 127.0.0.1 or of all addresses. */
export const isPortFree = async (port: number): Promise<boolean> => {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
};

const listen = async (port: number): Promise<Server> => {
  const server = createServer();
  server.listen({ port, host: loopback, exclusive: true });
  await once(server, 'listening');
  return server;
};

const close = async (server: Server): Promise<void> => {
  server.close();
  await once(server, 'close');
};
