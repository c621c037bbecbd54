import { DatabaseError } from 'pg';
import { messageOf, StoreUnavailableError } from '../errors.ts';

/**
 * SQLSTATEs of a server that cannot do now what it could do later: connection lost or refused (08, 57P),
 * out of connections, memory or disk (53, 58030), cancelled for taking too long (57014, 55P03, 25P03),
 * demoted to a read-only standby (25006).
 */
const UNAVAILABLE = /^(08...|53...|57P0[1235]|57014|58030|55P03|25P03|25006)$/;
/** Deadlock, and a serialization failure: the statement was undone and may go through when repeated. */
const REPEATABLE = /^(40P01|40001)$/;
/** A server that is there and not ready yet. */
const STARTING = /^(57P03|53300)$/;
/** Errors of the system have such codes; those of Node itself begin with ERR_. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z_]+$/;
/** What the client says in its own words, without a code. */
const CLIENT_WORDS =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client (has encountered a connection error|was closed))/;

export function isRepeatable(error: unknown): boolean {
  return error instanceof DatabaseError && REPEATABLE.test(error.code ?? '');
}

export function isStarting(error: unknown): boolean {
  return error instanceof DatabaseError && STARTING.test(error.code ?? '');
}

export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (error instanceof DatabaseError) return UNAVAILABLE.test(code);
  return SYSTEM_CODE.test(code) || CLIENT_WORDS.test(error.message);
}

/** As the store's port has it: one kind of error for every way of being away, the rest as it is. */
export function asStoreError(error: unknown, url: string): unknown {
  return isUnavailable(error)
    ? new StoreUnavailableError(`Postgres at ${hostOf(url)} cannot be asked: ${describe(error, url)}`)
    : error;
}

/** Host and port of a connection URL: all of it that may be printed. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

/** What went wrong, in one line that does not hold the URL's password, however it is written. */
export function describe(error: unknown, url: string): string {
  // Several addresses that all refused have no message of their own.
  const text = messageOf(error) || (error instanceof Error ? codeOf(error) : '');
  const { password } = new URL(url);
  if (password === '') return text;
  return [password, decoded(password)].reduce((line, secret) => line.replaceAll(secret, '***'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
