import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { withLock } from './install-lock.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lagline-lock-'));
});
after(async () => rm(folder, { recursive: true, force: true }));

/** A process that reads a counter, waits, and writes it one higher, so many times, each under the lock. */
const startCounter = (file: string, times: number) => {
  const program = `
    import { readFile, writeFile } from 'node:fs/promises';
    import { setTimeout as sleep } from 'node:timers/promises';
    const { withLock } = await import(${JSON.stringify(new URL('install-lock.ts', import.meta.url).href)});
    for (let i = 0; i < ${times}; i += 1)
      await withLock({ folder: ${JSON.stringify(folder)}, name: 'count' }, () => {}, async () => {
        const value = Number(await readFile(${JSON.stringify(file)}, 'utf8'));
        await sleep(5);
        await writeFile(${JSON.stringify(file)}, String(value + 1));
      });`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};

test('two processes never work at once', async () => {
  const file = join(folder, 'counter');
  await writeFile(file, '0');
  const both = [startCounter(file, 5), startCounter(file, 5)];
  const codes = await Promise.all(both.map(async (child) => (await once(child, 'exit'))[0] as number));
  assert.deepEqual(codes, [0, 0]);
  assert.equal(await readFile(file, 'utf8'), '10');
});

test('the lock of a process that died is taken over by exactly one at a time', async () => {
  const lock = { folder, name: 'stale' };
  const path = join(folder, 'stale.lock');
  await mkdir(path);
  await writeFile(join(path, 'owner.json'), JSON.stringify({ pid: process.pid, startTime: 'long ago' }));
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 10));
    inside -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => withLock(lock, () => {}, work)));
  assert.equal(most, 1);
});

test('who waits is told for whom', async () => {
  const lock = { folder, name: 'busy' };
  const events: (string | undefined)[] = [];
  let finish = (): void => {};
  let first: Promise<void> = Promise.resolve();
  // Only who is inside is sure to have the lock: of two that ask at once, the second may get it.
  await new Promise<void>((isInside) => {
    first = withLock(
      lock,
      () => {},
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
          isInside();
        }),
    );
  });
  const second = withLock(
    lock,
    (event) => {
      events.push(event.detail);
      finish();
    },
    () => Promise.resolve('done'),
  );
  await first;
  assert.equal(await second, 'done');
  assert.deepEqual(events, [`busy, process ${process.pid}`]);
});

test('work that fails gives the lock back', async () => {
  const lock = { folder, name: 'failing' };
  await assert.rejects(
    withLock(
      lock,
      () => {},
      () => Promise.reject(new Error('broken')),
    ),
    /broken/,
  );
  assert.equal(
    await withLock(
      lock,
      () => {},
      () => Promise.resolve(1),
    ),
    1,
  );
});

test('a folder that cannot be made is a foreseen failure', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await assert.rejects(
    withLock(
      { folder: join(file, 'x'), name: 'a' },
      () => {},
      () => Promise.resolve(),
    ),
    {
      code: 'output-unwritable',
    },
  );
});
