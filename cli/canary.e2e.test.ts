import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import { after, before, describe, it, test, type TestContext } from 'node:test';
import {
  assertRefusal,
  filesBelow,
  lagline,
  onlyRunFolder,
  readReport,
  temporaryFolder,
  writeText,
  type CliEnd,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { connectKafkaWriter, type KafkaWriter } from '../fixtures/kafka-writer.ts';
import { addressOfNobody, serveLocally } from '../fixtures/local-http.ts';
import { brokerPassword, useSecuredBroker } from '../fixtures/secured-broker.ts';

// One secret in every place where a secret can stand, and not a trace of it in what lagline writes or says.

const { path: k6, needed } = await k6ForTest();
const canary = 'c4n4ry-s3cr3t';
/** Of the broker too. */
const secrets = [canary, brokerPassword];
const formats = ['md', 'html', 'json', 'junit', 'github', 'gitlab', 'csv', 'openmetrics'].join(',');

/** Tells its secrets in every way a script can: log, check, answer, failed request, exception, its own thresholds. */
const tellTale = `import http from 'k6/http';
import { check } from 'k6';
export const options = { vus: 1, iterations: 2, thresholds: { checks: ['rate>=0.5'] } };
export default () => {
  console.log(__ENV.API_TOKEN, __ENV.PASSED, __ENV.CONFIGURED, __ENV.WRITTEN_SECRET, __ENV.BASE_URL);
  const answer = http.get(__ENV.BASE_URL);
  check(answer, { ['is ' + __ENV.API_TOKEN]: ({ status }) => status === 200 });
  http.get(__ENV.GONE + '?again=' + __ENV.PASSED);
  if (__ITER === 1) throw new Error('with ' + __ENV.API_TOKEN);
};
`;

const hitsOf = (folder: string, { stdout, stderr }: CliEnd): string[] => [
  ...Object.entries({ stdout, stderr }).flatMap(([name, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [name] : [],
  ),
  ...filesBelow(folder).filter((name) => {
    const bytes = readFileSync(join(folder, name));
    return (
      !['orders.js', 'throws.js', 'lagline.config.yaml', 'client.properties'].includes(name) &&
      secrets.some((secret) =>
        [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)].some((form) =>
          bytes.includes(form),
        ),
      )
    );
  }),
];

const configOf = (address: string, gone: string): string => `
targetUrl: ${address}/shop?key=\${CANARY}
env:
  CONFIGURED: \${CANARY}
  WRITTEN_SECRET: ${canary}
  GONE: ${gone}/?key=\${CANARY}
prometheus:
  url: ${address}
  queries: { up: up }
  scrape: ['${address}/metrics?key=\${CANARY}']
integrity:
  url: ${address}/counts?key=${canary}
  probes:
    - { id: audit, http: '${address.replace(canary, '${CANARY}')}/audit?key=\${CANARY}', json: $.missing, expression: value==0 }
`;

const answers: Readonly<Record<string, string>> = {
  '/metrics': 'orders_total 3\n',
  '/counts': '{"accepted":1,"persisted":1,"lost":0,"duplicates":0,"oversold":0}',
  '/audit': '{"missing":0}',
};

const world = async (t: TestContext) => {
  const asked = new Set<string>();
  const server = await serveLocally((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (searchParams.get('key') === canary) asked.add(pathname);
    if (request.headers.authorization === `Basic ${Buffer.from(`user:${canary}`).toString('base64')}`)
      asked.add('authorization');
    response.end(
      answers[pathname] ??
        '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}',
    );
  });
  t.after(() => server.close());
  const cwd = temporaryFolder(t);
  writeText(cwd, 'orders.js', tellTale);
  writeText(cwd, 'throws.js', "throw new Error('no ' + __ENV.API_TOKEN);\nexport default () => {};\n");
  const gone = await addressOfNobody();
  writeText(cwd, 'lagline.config.yaml', configOf(server.url.replace('//', `//user:${canary}@`), gone));
  const env = { CANARY: canary, PASSED: canary, LAGLINE_PROFILE: 'p', LAGLINE_K6: k6 };
  const call = async (...args: string[]): Promise<CliEnd> => {
    const end = await lagline(t, args, { cwd, env });
    assert.deepEqual(hitsOf(cwd, end), [], args.join(' '));
    assert.doesNotMatch(end.stderr, /internal error/);
    return end;
  };
  return { cwd, call, asked, gone };
};

const given = ['-e', `API_TOKEN=${canary}`, '-e', 'PASSED'];

test('a run with a secret in every place leaves no trace of it, in any format', needed, async (t) => {
  const { cwd, call, asked } = await world(t);
  await call('run', './orders.js', ...given, '--format', formats, '--json');
  const folder = onlyRunFolder(join(cwd, 'runs'));
  // It was there to be told: the addresses were asked with it, and the script said it.
  for (const place of ['/shop', '/metrics', '/counts', '/audit', 'authorization'])
    assert.ok(asked.has(place), place);
  const log = readFileSync(join(folder, 'k6/stderr.txt'), 'utf8');
  assert.match(log, /\[REDACTED\] \[REDACTED\] \[REDACTED\] \[REDACTED\] http/);
  assert.match(log, /Request Failed/);
  assert.match(readFileSync(join(folder, 'k6/console.txt'), 'utf8'), /is \[REDACTED\]/);
  for (const file of [
    'report.html',
    'junit.xml',
    'report.csv',
    'metrics.txt',
    'github-summary.md',
    'load-performance.json',
  ])
    assert.ok(filesBelow(folder).includes(file), file);
  await call('report', folder, '--format', formats, '--lang', 'en');
  await call('gate', folder, '--json');
  await call('config', 'print', ...given);
  await call('config', 'print', ...given, '--json');
});

test('nor does one that is refused or breaks', needed, async (t) => {
  const { call, gone } = await world(t);
  const secret = gone.replace('//', `//user:${canary}@`);
  assertRefusal(await call('run', './throws.js', ...given), ['throws.js', '[REDACTED]']);
  for (const flag of ['--prometheus', '--scrape', '--integrity'])
    assertRefusal(await call('run', './orders.js', ...given, flag, `${secret}/?key=${canary}`), [
      '127.0.0.1',
    ]);
  const fault = ['--fault', 'db.latency=1ms@0s-1s'];
  for (const flag of ['--toxiproxy', '--fault-api'])
    assertRefusal(await call('run', './orders.js', ...given, ...fault, flag, `${secret}/?key=${canary}`), []);
  assertRefusal(
    await call('run', './orders.js', ...given, '--brokers', `user:${canary}@x`, '--group', 'g'),
    [],
  );
  assertRefusal(await call('run', './orders.js', '-e', `=${canary}`), []);
  assertRefusal(await call('run', './orders.js', ...given, '--prometheus', `ftp://user:${canary}@h`), []);
});

test('nor does a probe of a database that does not answer', needed, async (t) => {
  const { cwd, call } = await world(t);
  const { port } = new URL(await addressOfNobody());
  writeText(
    cwd,
    'lagline.config.yaml',
    `integrity:\n  probes:\n    - { id: rows, postgres: 'postgres://user:\${CANARY}@127.0.0.1:${port}/orders', sql: select 1, expression: value==1 }\n`,
  );
  assertRefusal(await call('run', './orders.js', ...given), ["'rows'"]);
});

const broker = await useSecuredBroker();

describe(
  'a broker that wants a password, and a key that needs one',
  { skip: needed.skip ?? broker.plain.skip },
  () => {
    let writer: KafkaWriter;
    before(async () => {
      writer = await connectKafkaWriter(broker.plain.address);
      await writer.createTopic('orders', 1);
      await writer.produce('orders', 0, 5);
      await writer.commit('billing', 'orders', 0, 2);
      await writer.grant('topic', 'orders', 'Describe', 'User:plain');
      await writer.grant('group', 'billing', 'Describe', 'User:plain');
    });
    after(() => writer.close());

    const kafkaConfig = (sasl: string, client: string): string => `
kafka:
  brokers: ['${broker.secured().sasl}']
  groups: [{ group: billing, topics: [orders] }]
  tls: { ca: '${broker.secured().certificates.ca}', cert: '${client}', key: { file: '${client}' }, passphrase: '\${CANARY}' }
  sasl: { mechanism: plain, username: plain, ${sasl} }
drainTimeout: 1s
`;

    /** A folder with a key that the canary opens, and a k6 that tells what it was given. */
    const securedWorld = async (t: TestContext) => {
      const { cwd } = await world(t);
      const [key, certificate] = readFileSync(broker.secured().certificates.client, 'utf8').split(
        /(?=-----BEGIN CERTIFICATE)/,
      );
      const locked = createPrivateKey(key ?? '').export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: canary,
      });
      const client = writeText(cwd, 'client.pem', `${String(locked)}${certificate ?? ''}`);
      writeText(
        cwd,
        'open.js',
        "import { sleep } from 'k6';\nexport default () => { console.log(JSON.stringify(__ENV)); sleep(1); };\n",
      );
      const told = join(cwd, 'told-to-k6.txt');
      // Whatever is called k6 and comes first on the PATH is taken for it.
      const programs = join(cwd, 'programs');
      mkdirSync(programs);
      const wrapper = writeText(
        programs,
        'k6',
        `#!/bin/sh\n{ env; echo "$@"; } >> '${told}'\nexec '${k6}' "$@"\n`,
      );
      chmodSync(wrapper, 0o755);
      const env = {
        CANARY: canary,
        KAFKA_PASSWORD: brokerPassword,
        PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      };
      const call = async (...args: string[]): Promise<CliEnd> => {
        const end = await lagline(t, args, { cwd, env });
        assert.deepEqual(hitsOf(cwd, end), [], args.join(' '));
        assert.doesNotMatch(end.stderr, /internal error/);
        return end;
      };
      return { cwd, call, told, client };
    };

    it('are asked with, and told to nobody: not to k6, nor in any file or word', async (t) => {
      const { cwd, call, told, client } = await securedWorld(t);
      writeText(cwd, 'lagline.config.yaml', kafkaConfig("password: '${KAFKA_PASSWORD}'", client));
      await call('run', './open.js', '--format', formats, '--json', '--lang', 'en');
      const folder = onlyRunFolder(join(cwd, 'runs'));
      // It was read with them.
      assert.equal(readReport(folder).runs[0]?.kafka.groups[0]?.finalLagMessages, 3);
      assert.match(readFileSync(told, 'utf8'), /run .*open\.js/);
      await call('report', folder, '--format', formats);
      await call('config', 'print', '--json');
      await call('watch', '--group', 'billing', '--topic', 'orders', '--count', '1', '--json');
      const from = new Date(Date.now() - 60_000).toISOString();
      assertRefusal(await call('reconstruct', '--group', 'billing', '--from', from), ['__consumer_offsets']);
    });

    it('are not told either where they are wrong, or where they must not stand', async (t) => {
      const { cwd, call, client } = await securedWorld(t);
      writeText(cwd, 'lagline.config.yaml', kafkaConfig("password: '${CANARY}'", client));
      assertRefusal(await call('run', './open.js'), ["the credentials of 'plain'"]);
      writeText(cwd, 'lagline.config.yaml', kafkaConfig(`password: ${canary}`, client));
      assertRefusal(await call('run', './open.js'), ['kafka.sasl.password', 'plain text']);
      const properties = writeText(
        cwd,
        'client.properties',
        `security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nssl.truststore.type=PEM\nssl.truststore.location=${broker.secured().certificates.ca}\nsasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="plain" password="${canary}";\n`,
      );
      assertRefusal(await call('run', './open.js', '--kafka-config', properties), [
        "the credentials of 'plain'",
      ]);
    });
  },
);
