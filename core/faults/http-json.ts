import { KnownError, messageOf } from '../errors.ts';
import { redactUrl } from '../redact.ts';
import { isLoopbackHost } from './loopback.ts';

export type JsonAnswer = { readonly status: number; readonly body: unknown };

/** One request; undefined as body for an answer that is no JSON. Throws an Error that names the address and what went wrong. */
export const requestJson = async (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
  timeoutMs = 3000,
): Promise<JsonAnswer> => {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: parseJson(await response.text()) };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new Error(redactUrl(`${url}: ${messageOf(cause)}`), { cause: error });
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Throws an Error with what the answer says where it is no success. */
export const requireSuccess = (what: string, { status, body }: JsonAnswer): void => {
  if (status >= 200 && status < 300) return;
  const { error, message } = (body ?? {}) as { error?: unknown; message?: unknown };
  const said = [message, error].find((each) => typeof each === 'string');
  throw new Error(`${what}: HTTP ${status}${said === undefined ? '' : ` ${said}`}`);
};

/**
 * The address without a slash at its end. Throws a KnownError for one that is not of this machine, or has a user or a query
 * in it: such an API asks for neither, and the address stands in what is said and stored.
 */
export const requireLoopbackUrl = (url: string, flag: string): string => {
  if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
    throw new KnownError('config-invalid', `${flag} '${redactUrl(url)}' is not an http address`, {
      remedy: 'write it in full, e.g. http://127.0.0.1:8474',
    });
  }
  if (!isLoopbackHost(new URL(url).hostname)) {
    throw new KnownError('config-invalid', `${flag} '${redactUrl(url)}' is not an address of this machine`, {
      remedy: 'faults are set on this machine only: give an address such as http://127.0.0.1:8474',
    });
  }
  const { username, password, search, hash } = new URL(url);
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    throw new KnownError('config-invalid', `${flag} '${redactUrl(url)}' has more than host, port and path`, {
      remedy: 'leave out user, password, query and fragment, as in http://127.0.0.1:8474',
    });
  }
  return url.replace(/\/+$/, '');
};
