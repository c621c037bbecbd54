import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { useRealRedis } from '../../fixtures/real-redis.ts';

const redis = await useRealRedis();
const { skip } = redis;

/** One inline command; the answer as it came. */
const ask = async (command: string): Promise<string> => {
  const socket = connect(Number(new URL(redis.url).port), '127.0.0.1');
  socket.write(`${command}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
};

test('every write is on the disk before it is answered, and nothing is evicted', { skip }, async () => {
  assert.match(await ask('CONFIG GET appendonly'), /yes/);
  assert.match(await ask('CONFIG GET appendfsync'), /always/);
  assert.match(await ask('CONFIG GET maxmemory-policy'), /noeviction/);
  assert.equal(await ask('CONFIG GET save'), '*2\r\n$4\r\nsave\r\n$0\r\n\r\n');
});

test('what was written is there after kill -9 and a restart on the same port', { skip }, async () => {
  const { url } = redis;
  assert.equal(await ask('SET serial 41'), '+OK\r\n');
  await redis.kill9();
  await assert.rejects(ask('PING'), { code: 'ECONNREFUSED' });
  await redis.restart();
  assert.equal(redis.url, url);
  assert.equal(await ask('INCR serial'), ':42\r\n');
});
