import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { KnownError, messageOf } from '../../core/errors.ts';
import type { KafkaSecurity } from '../../core/kafka/security.ts';
import type { Config } from './config-schema.ts';
import { fromEnvironment, withoutReferences } from './environment-references.ts';
import { readClientProperties } from './client-properties.ts';

type GivenTls = Exclude<NonNullable<NonNullable<Config['kafka']>['tls']>, boolean>;
type GivenSasl = NonNullable<NonNullable<Config['kafka']>['sasl']>;
type Secret = NonNullable<GivenSasl['password']>;

const commandWithinMs = 10_000;

/**
 * How brokers are connected to: by `--kafka-config`, a file of Java client properties, or else by the config's `kafka.tls` and
 * `kafka.sasl`. Files are read here, so that one that is missing is known before anything starts. Secrets are only in what is
 * answered, which is not stored.
 */
export const readKafkaSecurity = (
  propertiesFile: string | undefined,
  config: Config,
  environment: NodeJS.ProcessEnv,
): KafkaSecurity => {
  if (propertiesFile !== undefined) return readClientProperties(propertiesFile);
  const { tls, sasl } = config.kafka ?? {};
  return {
    ...(tls === undefined || tls === false ? {} : { tls: readTls(tls === true ? {} : tls, environment) }),
    ...(sasl === undefined ? {} : { sasl: readSasl(sasl, environment) }),
  };
};

const readTls = (given: GivenTls, environment: NodeJS.ProcessEnv): NonNullable<KafkaSecurity['tls']> => {
  if ((given.cert === undefined) !== (given.key === undefined)) {
    const [there, missing] = given.key === undefined ? ['cert', 'key'] : ['key', 'cert'];
    throw invalid(`kafka.tls has a ${there}, but no ${missing}`, 'give both, or neither');
  }
  const { servername } = given;
  return {
    ...pem('ca', given.ca),
    ...pem('cert', given.cert),
    ...pem('key', given.key),
    ...(given.passphrase === undefined
      ? {}
      : { passphrase: readSecret(given.passphrase, 'kafka.tls.passphrase', environment) }),
    ...(servername === undefined ? {} : { servername }),
    ...(given.dangerouslyAcceptAnyCertificate === true ? { rejectUnauthorized: false } : {}),
  };
};

const pem = <Key extends string>(
  key: Key,
  given: string | { readonly file: string } | undefined,
): { readonly [K in Key]?: string } => {
  if (given === undefined) return {};
  const file = typeof given === 'string' ? given : given.file;
  const text = readText(file, `kafka.tls.${key}`);
  if (text.includes('-----BEGIN')) return { [key]: text } as { [K in Key]: string };
  throw invalid(
    `kafka.tls.${key}: ${file} is no PEM file`,
    'convert it, e.g. openssl pkcs12 -in store.p12 -out store.pem',
  );
};

const readSasl = (given: GivenSasl, environment: NodeJS.ProcessEnv): NonNullable<KafkaSecurity['sasl']> => {
  const { mechanism, username, password, token } = given;
  if (mechanism === 'oauthbearer') {
    if (token === undefined || username !== undefined || password !== undefined)
      throw invalid(
        'kafka.sasl with oauthbearer takes a token, and no username or password',
        'write token: ${NAME}, token: {file: …} or token: {command: […]}',
      );
    return { mechanism, oauthBearerProvider: tokenProvider(token, environment) };
  }
  if (username === undefined || password === undefined || token !== undefined)
    throw invalid(
      `kafka.sasl with ${mechanism} takes a username and a password`,
      'write password: ${NAME} or password: {file: …}',
    );
  return {
    mechanism,
    username: fromEnvironment(username, 'kafka.sasl.username', environment),
    password: readSecret(password, 'kafka.sasl.password', environment),
  };
};

/** A file or a command is asked again for each connection, for tokens expire. */
const tokenProvider = (
  token: NonNullable<GivenSasl['token']>,
  environment: NodeJS.ProcessEnv,
): (() => Promise<{ readonly value: string }>) => {
  if (typeof token === 'object' && 'command' in token) {
    const [program = '', ...args] = token.command;
    return async () => {
      // What a command that failed printed may be the token, and its error holds it: neither is passed on.
      const value = await promisify(execFile)(program, args, { timeout: commandWithinMs }).then(
        ({ stdout }) => stdout.trim(),
        () => '',
      );
      if (value === '') throw new Error(`the command '${program}' gave no token`);
      return { value };
    };
  }
  const read = (): string => readSecret(token, 'kafka.sasl.token', environment);
  read();
  return () => Promise.resolve({ value: read() });
};

const readSecret = (given: Secret, place: string, environment: NodeJS.ProcessEnv): string => {
  if (typeof given === 'object') {
    const text = readText(given.file, place).trim();
    if (text !== '') return text;
    throw invalid(`${place}: the file ${given.file} is empty`, 'write the secret into it');
  }
  if (given === withoutReferences(given))
    throw invalid(
      `${place} stands in the config in plain text`,
      'put it into a variable of the environment and write ${NAME}, or into a file and write {file: …}',
    );
  return fromEnvironment(given, place, environment);
};

const readText = (file: string, place: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(`${place}: ${file} cannot be read: ${messageOf(error)}`, 'check the path');
  }
};

const invalid = (message: string, remedy: string): KnownError =>
  new KnownError('config-invalid', message, { remedy });
