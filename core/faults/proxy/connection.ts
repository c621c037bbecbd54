import type { Socket } from 'node:net';
import { startLink, type Link } from './link.ts';
import type { StreamName, Toxic } from './toxic.ts';

export type ToxicsByStream = (stream: StreamName) => readonly Toxic[];

export type ConnectionOptions = {
  readonly client: Socket;
  /** Connected. */
  readonly server: Socket;
  readonly toxics: ToxicsByStream;
  readonly monotonicMs: () => number;
  readonly random: () => number;
};

/** A client and the server behind the proxy, joined by two links. */
export type Connection = {
  setToxics(toxics: ToxicsByStream): void;
  /** Ends it at once, for both sides. */
  destroy(): void;
};

/** How long a side may take to read what it was still sent, before the connection is cut. */
const lingerMs = 1000;

/** Each side's end is passed on by itself, so that a half-closed connection stays one; a reset is passed on as a reset. */
export const joinSockets = (options: ConnectionOptions): Connection => {
  const { client, server, monotonicMs, random } = options;
  const sockets = [client, server];
  const links: [StreamName, Link][] = [];
  const stopLinks = (): void => {
    for (const [, link] of links) link.stop();
  };
  const reset = (): void => {
    stopLinks();
    for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
  };
  const destroy = (): void => {
    stopLinks();
    for (const socket of sockets) socket.destroy();
  };
  /** What was sent so far still arrives: a socket closed with unread data in it would take that back by a reset. */
  const close = (): void => {
    stopLinks();
    for (const socket of sockets) {
      socket.resume();
      socket.end();
    }
    const timer = setTimeout(destroy, lingerMs);
    let open = 2;
    for (const socket of sockets) {
      if (socket.destroyed) open -= 1;
      else
        socket.once('close', () => {
          open -= 1;
          if (open === 0) clearTimeout(timer);
        });
    }
    if (open === 0) clearTimeout(timer);
  };
  for (const socket of sockets) {
    socket.setNoDelay(true);
    socket.on('error', reset);
  }
  const shared = { monotonicMs, random, onClose: close, onReset: reset };
  links.push(
    [
      'upstream',
      startLink({ source: client, destination: server, toxics: options.toxics('upstream'), ...shared }),
    ],
    [
      'downstream',
      startLink({ source: server, destination: client, toxics: options.toxics('downstream'), ...shared }),
    ],
  );
  return {
    setToxics: (toxics) => {
      for (const [stream, link] of links) link.setToxics(toxics(stream));
    },
    destroy,
  };
};
