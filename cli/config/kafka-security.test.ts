import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { after, before, describe, it } from 'node:test';
import { KnownError } from '../../core/errors.ts';
import { connectKafka, type KafkaReader } from '../../core/kafka/kafka-reader.ts';
import { connectKafkaWriter, type KafkaWriter } from '../../fixtures/kafka-writer.ts';
import { brokerPassword, unsecuredToken, useSecuredBroker } from '../../fixtures/secured-broker.ts';
import { configSchema } from './config-schema.ts';
import { readKafkaSecurity } from './kafka-security.ts';

const folder = mkdtempSync(join(tmpdir(), 'lagline-security-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const environment = { KAFKA_PASSWORD: brokerPassword, WRONG: 'not-the-password' };
const securityOf = (kafka: object, propertiesFile?: string) =>
  readKafkaSecurity(
    propertiesFile,
    configSchema.parse({ kafka: { brokers: ['a:1'], groups: ['g'], ...kafka } }),
    environment,
  );
const open = (address: string, kafka: object, propertiesFile?: string): Promise<KafkaReader> =>
  connectKafka({ brokers: [address], security: securityOf(kafka, propertiesFile) });

const refusal = async (attempt: () => unknown): Promise<string> => {
  try {
    const reader = (await attempt()) as KafkaReader | undefined;
    await reader?.close?.();
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    const text = `${error.message} — ${error.remedy ?? ''}`;
    assert.doesNotMatch(text, /not-the-password|pass-of-a-test/);
    return text;
  }
  return assert.fail('expected a KnownError');
};

const broker = await useSecuredBroker();
const { secured } = broker;

describe('brokers as they are secured in the real world', { skip: broker.plain.skip }, () => {
  let writer: KafkaWriter;
  const orders = { topic: 'orders', partition: 0 };
  before(async () => {
    writer = await connectKafkaWriter(broker.plain.address);
    await writer.createTopic('orders', 1);
    await writer.createTopic('secrets', 1);
    await writer.produce('orders', 0, 5);
    await writer.produce('secrets', 0, 5);
    await writer.commit('billing', 'orders', 0, 2);
    await writer.commit('hidden', 'secrets', 0, 2);
    for (const name of ['plain', 'scram-256', 'scram-512', 'bearer', 'CN=client']) {
      await writer.grant('topic', 'orders', 'Describe', `User:${name}`);
      await writer.grant('group', 'billing', 'Describe', `User:${name}`);
    }
  });
  after(() => writer.close());

  /** That all reads of a run are made with no more than DESCRIBE on the topic and the group. */
  const assertReads = async (opening: Promise<KafkaReader>): Promise<void> => {
    const reader = await opening;
    try {
      const [end] = await reader.ends([orders], { logStart: true, highWatermark: true });
      assert.ok(end !== undefined && 'end' in end);
      assert.deepEqual([end.logStart, end.end, end.highWatermark], [0n, 5n, 5n]);
      const committed = (await reader.committed([{ group: 'billing', partitions: undefined }])).get(
        'billing',
      );
      assert.ok(committed !== undefined && !('reason' in committed));
      assert.equal(committed.get('orders')?.get(0), 2n);
      const described = (await reader.describe(['billing'])).get('billing');
      assert.ok(described !== undefined && 'state' in described);
      assert.ok((await reader.groups()).some(({ group }) => group === 'billing'));
    } finally {
      await reader.close();
    }
  };
  const ca = (): string => secured().certificates.ca;
  const password = '${KAFKA_PASSWORD}';

  it('reads over TLS', () => assertReads(open(secured().tls, { tls: { ca: ca() } })));

  it('reads over TLS with a certificate of our own', () => {
    const { client } = secured().certificates;
    return assertReads(open(secured().mutualTls, { tls: { ca: ca(), cert: client, key: { file: client } } }));
  });

  for (const [mechanism, username] of [
    ['plain', 'plain'],
    ['scram-sha-256', 'scram-256'],
    ['scram-sha-512', 'scram-512'],
  ]) {
    it(`reads with SASL ${mechanism}`, () =>
      assertReads(open(secured().sasl, { tls: { ca: ca() }, sasl: { mechanism, username, password } })));
  }

  it('reads with SASL oauthbearer, the token from a file or a command', async () => {
    const file = written('token', `${unsecuredToken('bearer')}\n`);
    const command = [
      process.execPath,
      '-e',
      `process.stdout.write(require('fs').readFileSync(${JSON.stringify(file)}))`,
    ];
    for (const token of [{ file }, { command }])
      await assertReads(
        open(secured().sasl, { tls: { ca: ca() }, sasl: { mechanism: 'oauthbearer', token } }),
      );
  });

  it('reads with the properties that kafka-consumer-groups takes', async () => {
    const file = written(
      'client.properties',
      [
        'security.protocol=SASL_SSL',
        'sasl.mechanism: SCRAM-SHA-512',
        'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\',
        `  username="scram-512" password="${brokerPassword}";`,
        'ssl.truststore.type=PEM',
        `ssl.truststore.location=${ca()}`,
      ].join('\n'),
    );
    await assertReads(open(secured().sasl, {}, file));
  });

  it('says what is not allowed, and of which topic or group, while the others are read', async () => {
    const reader = await open(secured().saslPlaintext, {
      sasl: { mechanism: 'plain', username: 'plain', password },
    });
    const [allowed, denied] = await reader.ends([orders, { topic: 'secrets', partition: 0 }], {
      logStart: false,
      highWatermark: false,
    });
    assert.ok(allowed !== undefined && 'end' in allowed);
    assert.ok(denied !== undefined && 'reason' in denied);
    assert.match(denied.reason, /TOPIC_AUTHORIZATION_FAILED.*Describe.*--topic 'secrets'/);
    const answers = await reader.committed(
      ['billing', 'hidden'].map((group) => ({ group, partitions: undefined })),
    );
    const [billing, hidden] = [answers.get('billing'), answers.get('hidden')];
    assert.ok(billing !== undefined && !('reason' in billing));
    assert.ok(hidden !== undefined && 'reason' in hidden);
    assert.match(hidden.reason, /GROUP_AUTHORIZATION_FAILED.*Describe.*--group 'hidden'/);
    assert.deepEqual(
      (await reader.groups()).map(({ group }) => group),
      ['billing'],
    );
    await reader.close();
  });

  it('tells a wrong password, and a mechanism that is not enabled', async () => {
    const wrong = {
      tls: { ca: ca() },
      sasl: { mechanism: 'plain', username: 'plain', password: '${WRONG}' },
    };
    assert.match(
      await refusal(() => open(secured().sasl, wrong)),
      /refuses the credentials of 'plain'.*kafka\.sasl/,
    );
    const scram = { sasl: { mechanism: 'scram-sha-256', username: 'plain', password } };
    assert.match(await refusal(() => open(secured().saslPlaintext, scram)), /does not take.*scram-sha-256/);
    const token = { file: written('bad-token', 'no.token.') };
    const bearer = { tls: { ca: ca() }, sasl: { mechanism: 'oauthbearer', token } };
    assert.match(await refusal(() => open(secured().sasl, bearer)), /refuses the credentials/);
    const failing = { command: [process.execPath, '-e', "console.log('not-the-password'); process.exit(3)"] };
    const mute = { tls: { ca: ca() }, sasl: { mechanism: 'oauthbearer', token: failing } };
    assert.match(await refusal(() => open(secured().sasl, mute)), /the command '.*' gave no token/);
  });

  it('tells an authority that is not known, and a name that is another', async () => {
    const { otherCa } = secured().certificates;
    for (const tls of [true, { ca: otherCa }])
      assert.match(await refusal(() => open(secured().tls, { tls })), /not trusted here.*kafka\.tls\.ca/);
    const servername = 'elsewhere.test';
    assert.match(
      await refusal(() => open(secured().tls, { tls: { ca: ca(), servername } })),
      /for another name.*kafka\.tls\.servername/,
    );
    await assertReads(open(secured().tls, { tls: { ca: otherCa, dangerouslyAcceptAnyCertificate: true } }));
  });

  it('tells a certificate that has expired', async () => {
    const pem = readFileSync(secured().certificates.expired);
    const server = createServer({ cert: pem, key: pem }, (socket) => socket.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const said = await refusal(() => open(address, { tls: { ca: ca() } }));
    server.close();
    assert.match(said, /its certificate has expired/);
  });

  it('tells that the broker wants a certificate of ours', async () => {
    assert.match(
      await refusal(() => open(secured().mutualTls, { tls: { ca: ca() } })),
      /asks for a certificate of ours.*kafka\.tls\.cert/,
    );
  });

  it('tells TLS where there is none, and none where there is TLS', async () => {
    assert.match(
      await refusal(() => open(broker.plain.address, { tls: { ca: ca() } })),
      /does not speak TLS on this port.*leave out kafka\.tls/,
    );
    assert.match(await refusal(() => open(secured().tls, {})), /needs kafka\.tls or kafka\.sasl/);
    assert.match(await refusal(() => open(secured().saslPlaintext, {})), /needs kafka\.tls or kafka\.sasl/);
  });
});

describe('kafka.tls and kafka.sasl', () => {
  const plain = { mechanism: 'plain', username: 'me' };
  it('take no secret in plain text, and never show one', async () => {
    for (const sasl of [
      { ...plain, password: 'not-the-password' },
      { mechanism: 'oauthbearer', token: 'not-the-password' },
    ])
      assert.match(
        await refusal(() => securityOf({ sasl })),
        /stands in the config in plain text.*\$\{NAME\}/,
      );
    assert.match(
      await refusal(() => securityOf({ sasl: { ...plain, password: '${NOT_SET}' } })),
      /NOT_SET.*not set/,
    );
    assert.match(
      await refusal(() => securityOf({ sasl: { ...plain, password: { file: join(folder, 'none') } } })),
      /kafka\.sasl\.password.*none cannot be read/,
    );
  });

  it('are whole', async () => {
    const pem = written('some.pem', '-----BEGIN CERTIFICATE-----\n');
    assert.match(await refusal(() => securityOf({ sasl: plain })), /takes a username and a password/);
    assert.match(await refusal(() => securityOf({ tls: { cert: pem } })), /has a cert, but no key/);
    assert.match(
      await refusal(() => securityOf({ tls: { ca: written('store.jks', 'xx') } })),
      /is no PEM file/,
    );
    assert.throws(() => securityOf({ tls: { rejectUnauthorized: false } }), /rejectUnauthorized/);
  });

  it('refuse client properties that would change what is checked without our knowing', async () => {
    const refused = (...lines: string[]) =>
      refusal(() => securityOf({}, written('some.properties', lines.join('\n'))));
    assert.match(
      await refused('ssl.engine.factory.class=Mine'),
      /ssl\.engine\.factory\.class is not understood/,
    );
    assert.match(await refused('security.protocol=SSL', 'ssl.truststore.location=a.jks'), /no PEM file/);
    assert.match(
      await refused('security.protocol=SASL_SSL', 'sasl.mechanism=GSSAPI'),
      /'gssapi' is not taken/,
    );
    assert.match(
      await refused('security.protocol=SSL', 'ssl.endpoint.identification.algorithm='),
      /any name/,
    );
    assert.deepEqual(securityOf({}, written('plain.properties', '# none\nmax.poll.records=5\n')), {});
  });
});
