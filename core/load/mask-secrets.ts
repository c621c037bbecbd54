import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const mask = '[REDACTED]';

/** The text without the secrets, however k6 may have written them: as they are, quoted, or as part of an address. */
export const maskSecrets = (text: string, secrets: readonly string[]): string =>
  formsOf(secrets).reduce((masked, form) => masked.replaceAll(form, mask), text);

/** Does the same to a stream; a secret that comes in two pieces is found too. Bytes that are no text pass unchanged. */
export const maskingStream = (secrets: readonly string[]): Transform => {
  const forms = formsOf(secrets).map(asBytes);
  const longest = forms.reduce((most, form) => Math.max(most, form.length), 1);
  let held = '';
  const masked = (text: string): string => forms.reduce((clean, form) => clean.replaceAll(form, mask), text);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = masked(held + chunk.toString('latin1'));
      const ready = Math.max(0, text.length - longest + 1);
      held = text.slice(ready);
      done(null, Buffer.from(text.slice(0, ready), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(masked(held), 'latin1'));
    },
  });
};

/** Writes a file anew without the secrets; one that is not there stays away. */
export const maskFile = async (path: string, secrets: readonly string[]): Promise<void> => {
  if (secrets.length === 0 || !existsSync(path)) return;
  const part = `${path}.part`;
  try {
    await pipeline(createReadStream(path), maskingStream(secrets), createWriteStream(part));
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
};

/** Longest first, so that no form leaves a piece of another. */
const formsOf = (secrets: readonly string[]): string[] =>
  [
    ...new Set(
      secrets.flatMap((secret) =>
        secret === ''
          ? []
          : [secret, quoted(secret), quoted(quoted(secret)), encodeURIComponent(secret.toWellFormed())],
      ),
    ),
  ].toSorted((left, right) => right.length - left.length);

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);

const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
