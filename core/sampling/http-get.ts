import { KnownError, messageOf } from '../errors.ts';
import { redactUrl } from '../redact.ts';

const bodyLimitBytes = 16 * 1024 * 1024;

/** GET with a time limit and a size limit; throws an Error that names the address, as `shown`, and what went wrong. */
export const httpGet = async (
  url: string,
  timeoutMs = 3000,
  shown = redactUrl(url),
): Promise<{ status: number; body: string; contentType: string }> => {
  let response: Response;
  try {
    response = await fetch(withoutCredentials(url), {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
      headers: credentialsOf(url),
    });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new Error(`${shown}: ${cause}`, { cause: error });
  }
  return {
    status: response.status,
    body: await readLimited(response, shown),
    contentType: response.headers.get('content-type') ?? '',
  };
};

/** fetch takes no address with user and password in it; they go into the header they stand for. */
const credentialsOf = (url: string): Record<string, string> => {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
};

const withoutCredentials = (url: string): URL => {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
};

const readLimited = async (response: Response, shown: string): Promise<string> => {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > bodyLimitBytes) throw new Error(`${shown}: answer larger than ${bodyLimitBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

/** Checks an address given by the user before it is used. */
export const requireHttpUrl = (url: string, what: string): void => {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw new KnownError('config-invalid', `${what} '${redactUrl(url)}' is not an http(s) address`, {
    remedy: 'write it in full, e.g. http://localhost:9090',
  });
};
