import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';
import { requireTool, toolForTest } from '../../fixtures/real-broker.ts';
import { isRunning } from '../process-identity.ts';
import { freePort } from '../process/free-port.ts';
import { answersMetadata } from './broker-ready.ts';
import { makeClusterId, startBroker } from './broker.ts';
import { killMember, stopMember, type StackMember } from './member.ts';

const skip = (await requireTool('java')) || (await requireTool('kafka'));

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lagline-broker-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

test(
  'a broker is ready when it answers a metadata request, and gone after it was stopped',
  { skip },
  async () => {
    const port = await freePort();
    const [java, kafka] = [await toolForTest('java'), await toolForTest('kafka')];
    const spawned: StackMember[] = [];
    const broker = await startBroker({
      java,
      kafka,
      port,
      dir: join(folder, 'one'),
      guarded: true,
      onSpawned: async (member) => {
        spawned.push(member);
        assert.equal(await answersMetadata('127.0.0.1', port), false);
      },
    });
    assert.deepEqual(spawned, [broker]);
    assert.equal(broker.address, `127.0.0.1:${port}`);
    assert.equal(await answersMetadata('127.0.0.1', port), true);
    assert.equal(await stopMember(broker), 'terminated');
    assert.equal(isRunning(broker.identity), false);
    assert.equal(await answersMetadata('127.0.0.1', port), false);
  },
);

test('what was written is there after kill -9 and a restart on the same port', { skip }, async (t) => {
  const [java, kafka] = [await toolForTest('java'), await toolForTest('kafka')];
  const options = { java, kafka, dir: join(folder, 'kept'), guarded: true };
  const first = await startBroker({ ...options, fresh: false });
  t.after(() => stopMember(first));
  const before = await connectKafkaWriter(first.address);
  await before.createTopic('kept', 1);
  await before.produce('kept', 0, 3);
  await before.close();
  await killMember(first);
  assert.equal(isRunning(first.identity), false);

  const again = await startBroker({ ...options, fresh: false });
  t.after(() => stopMember(again));
  assert.equal(again.address, first.address);
  const after = await connectKafkaWriter(again.address);
  // Topics do not come into being by themselves.
  await after.produce('kept', 0, 1);
  await after.close();
});

test('a broker that dies at its start is reported with the cause from its log', { skip }, async () => {
  const [java, kafka] = [await toolForTest('java'), await toolForTest('kafka')];
  const dir = join(folder, 'taken');
  // Only the port of the plain listener is looked at before. That listener opens, and answers for a while.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxied = { port, advertisedPort: port };
  try {
    await assert.rejects(startBroker({ java, kafka, proxied, dir, guarded: true }), (error: Error) => {
      assert.match(error.message, /^The broker ended at its start \(exit code 1\): .*(bind|in use)/i);
      return true;
    });
  } finally {
    server.close();
  }
});

test('a Kafka folder without Kafka is reported with what Java says', { skip }, async () => {
  const path = join(folder, 'no-kafka');
  await mkdir(join(path, 'libs'), { recursive: true });
  const java = await toolForTest('java');
  await assert.rejects(startBroker({ java, kafka: { path }, dir: join(folder, 'none') }), {
    code: 'stack-start',
    message: /could not format its storage .*StorageTool/,
  });
});

test('a port that is taken is named, with who can change it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const nowhere = { path: folder };
  try {
    await assert.rejects(startBroker({ java: nowhere, kafka: nowhere, dir: join(folder, 'p'), port }), {
      code: 'port-taken',
      message: new RegExp(`^Port ${port} on 127.0.0.1 is taken; the broker`),
      remedy: /--broker-port/,
    });
  } finally {
    server.close();
  }
});

test('something that is no broker does not pass for one', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  assert.equal(await answersMetadata('127.0.0.1', port), false);
  server.close();
});

test('a cluster id never begins like an option', () => {
  const given = [Buffer.alloc(16, 0xfb), Buffer.alloc(16, 1)];
  assert.equal(Buffer.alloc(16, 0xfb).toString('base64url')[0], '-');
  const id = makeClusterId(() => given.shift() ?? Buffer.alloc(16));
  assert.equal(id, Buffer.alloc(16, 1).toString('base64url'));
});
