// The server that k6 is pointed at, in a process of its own: `fork` it; any message asks what it has done.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** CPU in µs and requests since the start. */
export type TargetReading = { readonly cpuMicroseconds: number; readonly requests: number };

let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  response.end('{}');
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicroseconds: user + system, requests } satisfies TargetReading);
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
