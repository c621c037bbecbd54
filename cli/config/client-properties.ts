import { readFileSync } from 'node:fs';
import { KnownError, messageOf } from '../../core/errors.ts';
import type { KafkaSecurity } from '../../core/kafka/security.ts';

/**
 * Java client properties, as kafka-consumer-groups takes them by --command-config: the protocol, SASL by PLAIN or SCRAM, stores in
 * PEM. What we do not know of security is refused, and not passed over; settings of other things are left alone.
 */
export const readClientProperties = (file: string): KafkaSecurity => {
  const properties = parse(readText(file));
  const refuse = (message: string, remedy: string): never => {
    throw new KnownError('config-invalid', `${file}: ${message}`, { remedy });
  };
  const text = (name: string): string | undefined => properties.get(name);
  for (const name of properties.keys())
    if (/^(ssl|sasl|security)\./.test(name) && !understood.has(name))
      refuse(`${name} is not understood`, 'use kafka.tls and kafka.sasl of the config file instead');

  const protocol = (text('security.protocol') ?? 'PLAINTEXT').toUpperCase();
  if (!/^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL)$/.test(protocol))
    refuse(`security.protocol '${protocol}' is unknown`, 'write PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL');
  if (text('ssl.endpoint.identification.algorithm') === '')
    refuse(
      'ssl.endpoint.identification.algorithm is empty, so that any name would be taken',
      'give the name in the certificate with kafka.tls.servername of the config file',
    );

  const store = (kind: 'truststore' | 'keystore'): string | undefined => {
    const location = text(`ssl.${kind}.location`);
    if (location === undefined) return undefined;
    if ((text(`ssl.${kind}.type`) ?? 'JKS').toUpperCase() === 'PEM') return readText(location);
    return refuse(
      `ssl.${kind}.location is no PEM file`,
      `convert it and set ssl.${kind}.type=PEM (keytool -importkeystore …, openssl pkcs12 …)`,
    );
  };
  const own = store('keystore');
  const passphrase = text('ssl.key.password');
  const [ca, cert, key] = [
    text('ssl.truststore.certificates') ?? store('truststore'),
    text('ssl.keystore.certificate.chain') ?? own,
    text('ssl.keystore.key') ?? own,
  ];
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };

  const sasl = (): NonNullable<KafkaSecurity['sasl']> => {
    const mechanism = (text('sasl.mechanism') ?? 'GSSAPI').toLowerCase();
    if (mechanism !== 'plain' && mechanism !== 'scram-sha-256' && mechanism !== 'scram-sha-512')
      return refuse(
        `sasl.mechanism '${mechanism}' is not taken from such a file`,
        'use PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; oauthbearer by kafka.sasl of the config file',
      );
    const jaas = text('sasl.jaas.config') ?? '';
    const [username, password] = [jaasOption(jaas, 'username'), jaasOption(jaas, 'password')];
    if (username === undefined || password === undefined)
      return refuse(
        'sasl.jaas.config has no username and password',
        'write them as username="…" password="…";',
      );
    return { mechanism, username, password };
  };
  return {
    ...(protocol.endsWith('SSL') ? { tls } : {}),
    ...(protocol.startsWith('SASL') ? { sasl: sasl() } : {}),
  };
};

const understood = new Set([
  'security.protocol',
  'sasl.mechanism',
  'sasl.jaas.config',
  'ssl.endpoint.identification.algorithm',
  'ssl.key.password',
  ...['truststore', 'keystore'].flatMap((store) => [`ssl.${store}.type`, `ssl.${store}.location`]),
  'ssl.truststore.certificates',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
]);

/** `name=value` or `name:value`; a line that ends in a backslash goes on with the next. */
const parse = (text: string): ReadonlyMap<string, string> => {
  const lines = text.replaceAll(/(?<!\\)\\\r?\n[ \t]*/g, '').split(/\r?\n/);
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, name, value = ''] = /^\s*([^#!\s=:][^\s=:]*)\s*[=:]?\s*(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, unescape(value.trimEnd())]];
    }),
  );
};

const unescape = (value: string): string =>
  value.replaceAll(/\\(.)/g, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);

const jaasOption = (jaas: string, name: string): string | undefined => {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|([^\\s;]+))`, 's').exec(
    jaas,
  );
  return found?.[1]?.replaceAll(/\\(.)/gs, '$1') ?? found?.[2] ?? found?.[3];
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KnownError('config-invalid', `the file ${file} cannot be read: ${messageOf(error)}`, {
      remedy: 'check the path after --kafka-config, and those in the file',
    });
  }
};
