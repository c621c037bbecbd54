import { KnownError, messageOf } from '../errors.ts';
import type { KafkaSecurity } from './security.ts';

/** Why no broker could be used, in the words of the one that was asked last, with what to do about it. */
export const explainFailure = (
  brokers: readonly string[],
  problems: readonly unknown[],
  security: KafkaSecurity,
): KnownError => {
  const cause = problems.at(-1);
  const text = messageOf(cause);
  const { why, remedy } = explanations.find(({ pattern }) => pattern.test(text))?.explain(text, security) ?? {
    why: text,
    remedy:
      'check the address (the broker must also advertise an address this machine can reach) and that the broker runs',
  };
  return new KnownError('broker-unreachable', `no Kafka broker answers at ${brokers.join(', ')}: ${why}`, {
    remedy,
    cause,
  });
};

type Explanation = { readonly why: string; readonly remedy: string };

const explanations: readonly {
  readonly pattern: RegExp;
  readonly explain: (text: string, security: KafkaSecurity) => Explanation;
}[] = [
  {
    pattern: /gave no token/,
    explain: (text) => ({ why: text, remedy: 'run the command of kafka.sasl.token by hand' }),
  },
  {
    pattern: /SASL .* mechanism is not supported|does not support the requested SASL mechanism/i,
    explain: (_, { sasl }) => ({
      why: `it does not take the SASL mechanism ${sasl?.mechanism ?? ''}`,
      remedy: 'set kafka.sasl.mechanism to one that the listener has enabled (sasl.enabled.mechanisms)',
    }),
  },
  {
    pattern: /SASL|authentication failed|invalid credentials/i,
    explain: (_, { sasl }) => ({
      why: `it refuses the credentials${sasl !== undefined && 'username' in sasl ? ` of '${sasl.username}'` : ''}`,
      remedy: 'check kafka.sasl: mechanism, username, and where password or token come from',
    }),
  },
  {
    pattern: /self.signed|unable to (get|verify)|certificate.*(chain|issuer)|UNABLE_TO|unknown ca/i,
    explain: (text) => ({
      why: `its certificate is from an authority that is not trusted here (${text})`,
      remedy: 'name the file of that authority with kafka.tls.ca',
    }),
  },
  {
    pattern: /certificate has expired|CERT_HAS_EXPIRED/i,
    explain: () => ({
      why: 'its certificate has expired',
      remedy: 'renew the certificate of the broker; check the clock of this machine too',
    }),
  },
  {
    pattern: /altnames|ERR_TLS_CERT_ALTNAME/i,
    explain: (text) => ({
      why: `its certificate is for another name (${text})`,
      remedy: 'use the name in the certificate as the address, or give it with kafka.tls.servername',
    }),
  },
  {
    pattern: /certificate.?required|bad certificate|alert number (42|116)|handshake failure/i,
    explain: () => ({
      why: 'it asks for a certificate of ours that it trusts',
      remedy: 'give one with kafka.tls.cert and kafka.tls.key',
    }),
  },
  {
    pattern:
      /wrong version number|packet length too long|EPROTO|unexpected message|before secure TLS connection/i,
    explain: () => ({
      why: 'it does not speak TLS on this port',
      remedy: 'leave out kafka.tls, or use the port of a TLS listener (SSL or SASL_SSL)',
    }),
  },
  {
    pattern:
      /Broker not connected|Request .* timed out|Connection timeout|Closed connection|socket hang up|closed/i,
    explain: (text, { tls, sasl }) => ({
      why: /timeout|timed out|not connected/i.test(text)
        ? 'it accepts connections, but does not answer as a broker'
        : text,
      remedy:
        tls === undefined || sasl === undefined
          ? 'check the address and its port; a listener with TLS or SASL (SSL, SASL_SSL, SASL_PLAINTEXT) needs kafka.tls or kafka.sasl'
          : 'check the address and its port, and whether its listener has TLS and SASL',
    }),
  },
];
