import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { until } from '../../fixtures/processes.ts';
import { loadInk } from './load-ink.ts';
import { openScreen } from './open-screen.ts';
import type { ScreenKey, ScreenSize } from './screen-app.ts';

/** What a terminal is to Ink: a stream with a size. */
const terminal = (columns: number, rows: number) => {
  let text = '';
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (mode: boolean) => modes.push(mode),
    ref: () => {},
    unref: () => {},
  });
  return {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    text: () => text,
    modes,
    type: (keys: string) => stdin.write(keys),
    resize: (size: ScreenSize) => {
      Object.assign(stdout, size);
      stdout.emit('resize');
    },
  };
};

const [entered, left] = ['\u001B[?1049h', '\u001B[?1049l'];
const [withoutCursor, withCursor] = ['\u001B[?25l', '\u001B[?25h'];

const ink = await loadInk();

const opened = (columns = 60, rows = 12) => {
  const on = terminal(columns, rows);
  const sizes: ScreenSize[] = [];
  const keys: ScreenKey[] = [];
  let drawn = 0;
  const screen = openScreen({
    ink,
    ...on,
    painter: (size) => {
      sizes.push(size);
      drawn += 1;
      return [`frame ${drawn}`, '\u001B[1;31m주문 그룹\u001B[0m', '', 'last'];
    },
    onKey: (key) => keys.push(key),
  });
  return { ...on, screen, sizes, keys };
};

describe('an open screen', () => {
  it('is the other screen of the terminal, without a cursor, and gives both back', () => {
    const { screen, text, modes, stdin } = opened();
    const place = (wanted: string): number => text().indexOf(wanted);
    assert.ok(place(entered) === 0 && place(withoutCursor) > 0, JSON.stringify(text()));
    assert.ok(place('frame 1\n') > 0 && place('주문 그룹') > 0, JSON.stringify(text()));
    assert.equal(place(left), -1);
    screen.close();
    screen.close();
    assert.ok(text().endsWith(withCursor) && place(left) > 0, JSON.stringify(text()));
    assert.equal(text().split(left).length, 2);
    assert.equal(modes.at(-1), false);
    assert.equal(stdin.isPaused(), true);
  });

  it('draws again when told to, but not after its end', async () => {
    const { screen, text } = opened();
    screen.draw();
    assert.ok(await until(() => text().includes('frame 2'), 10_000), text());
    screen.close();
    const length = text().length;
    screen.draw();
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(text().length, length);
  });

  it('draws a few times a second at most', async () => {
    const { screen, text } = opened();
    const startedMs = performance.now();
    while (performance.now() - startedMs < 1000) {
      screen.draw();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const forMs = performance.now() - startedMs;
    screen.close();
    const frames = text().match(/frame \d+/g)?.length ?? 0;
    // The first and the last one come beside those of the interval.
    assert.ok(frames >= 2 && frames <= (4 * forMs) / 1000 + 2, `${frames} frames in ${forMs} ms`);
  });

  it('follows the size of the terminal, and leaves its last row free', async () => {
    const { screen, sizes, resize } = opened(60, 12);
    assert.deepEqual(sizes[0], { columns: 60, rows: 11 });
    resize({ columns: 40, rows: 24 });
    assert.ok(await until(() => sizes.at(-1)?.columns === 40, 10_000));
    assert.deepEqual(sizes.at(-1), { columns: 40, rows: 23 });
    screen.close();
  });

  it('hands keys on by what they are for', async () => {
    const { screen, keys, type } = opened();
    for (const key of ['s', '\u001B[A', '\u001B[B', 'k', 'j', '\u001B[5~', '\u001B[6~', 'x', 'q']) {
      type(key);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const expected = ['sort', 'up', 'down', 'up', 'down', 'page-up', 'page-down', 'quit'];
    assert.ok(await until(() => keys.length === expected.length, 10_000), keys.join(' '));
    assert.deepEqual(keys, expected);
    screen.close();
  });
});

it('Ink is loaded as it is for use, and nothing of that is left in the environment', async () => {
  const before = { ...process.env };
  process.env['DEV'] = 'true';
  delete process.env['NODE_ENV'];
  await loadInk();
  assert.deepEqual([process.env['NODE_ENV'], process.env['DEV']], [undefined, 'true']);
  process.env = before;
});
