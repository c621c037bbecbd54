import { isLoopbackHost } from '../loopback.ts';
import { badRequest } from './api-error.ts';

export type Address = { readonly host: string; readonly port: number };

/** Reads `host:port`, `[::1]:port`, or a port alone, which means 127.0.0.1. Throws an ApiError for anything else. */
export const parseAddress = (text: string, what: 'listen' | 'upstream'): Address => {
  const match = /^(?:(\[[0-9a-f:]+\]|[^\s:/[\]]*):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.[2] ?? Number.NaN);
  const host = match?.[1] ?? '127.0.0.1';
  if (match === null || port > 65_535 || host === '' || (what === 'upstream' && port === 0)) {
    throw badRequest(`${what} '${text}' is not host:port`);
  }
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port };
};

/** An address to listen at; only this machine's own. Port 0 stands for any free one. */
export const parseListenAddress = (text: string): Address => {
  const { host, port } = parseAddress(text, 'listen');
  if (!isLoopbackHost(host)) {
    throw badRequest(`listen '${text}' is not a loopback address; this proxy serves this machine only`);
  }
  return { host: host.toLowerCase() === 'localhost' ? '127.0.0.1' : host, port };
};

export const formatAddress = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
