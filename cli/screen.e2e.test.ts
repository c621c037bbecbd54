import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { onlyRunFolder, readReport, temporaryFolder, writeText } from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';
import { connectKafkaWriter, type KafkaWriter } from '../fixtures/kafka-writer.ts';
import { processesNaming, until } from '../fixtures/processes.ts';
import { useRealBroker } from '../fixtures/real-broker.ts';
import { startOnTerminal, terminalNeeded, type OnTerminal } from '../fixtures/terminal.ts';

const broker = await useRealBroker();
const { needed } = await k6ForTest();
const skip = [terminalNeeded.skip, broker.skip].find((reason) => typeof reason === 'string');
const options = { ...(skip === undefined ? {} : { skip }), concurrency: false } as const;
const ctrlC = '\u0003';

const entered = '\u001B[?1049h';
const left = '\u001B[?1049l';

/** Nothing of the screen is left on the terminal. Answers what was printed after it. */
const assertRestored = async (terminal: OnTerminal, code: number): Promise<string> => {
  const end = await terminal.ended;
  const text = terminal.text();
  assert.equal(end.code, code, text.slice(-3000));
  assert.ok(end.isRestored, 'echo, lines and signals are as before');
  assert.equal(text.split(entered).length, 2);
  assert.equal(text.split(left).length, 2);
  assert.ok(text.lastIndexOf('\u001B[?25h') > text.lastIndexOf('\u001B[?25l'), 'the cursor is shown');
  assert.doesNotMatch(text, /\n\s+at |internal error/);
  return text.slice(text.indexOf(left) + left.length);
};

describe('a screen on a terminal', options, () => {
  let writer: KafkaWriter;
  before(async () => {
    writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('screen-orders', 1);
    await writer.produce('screen-orders', 0, 4321);
    await writer.commit('screen-billing', 'screen-orders', 0, 21);
  });
  after(() => writer.close().catch(() => {}));

  const watch = (t: TestContext, args: readonly string[] = [], more = {}): Promise<OnTerminal> =>
    startOnTerminal(
      t,
      ['watch', '--brokers', broker.address, '--group', 'screen-billing', '--interval', '300ms', ...args],
      { cwd: temporaryFolder(t), ...more },
    );

  test('shows groups with their lag, and ends by q with 0', async (t) => {
    const terminal = await watch(t);
    await terminal.shows(/screen-billing.*4,300/);
    assert.ok(terminal.text().includes('그룹 상태'));
    assert.match(terminal.text(), /멤버 없음/);
    terminal.type('q');
    assert.equal((await assertRestored(terminal, 0)).includes('screen-billing'), false);
  });

  test('ends by Ctrl+C with 130 and by SIGTERM with 143, on a narrow terminal as well', async (t) => {
    const terminal = await watch(t, ['--lang', 'en'], { columns: 40, rows: 12 });
    await terminal.shows(/screen-bill.*4,300/);
    terminal.type(ctrlC);
    await assertRestored(terminal, 130);

    const other = await watch(t);
    await other.shows(/4,300/);
    other.kill('SIGTERM');
    await assertRestored(other, 143);
  });

  test('ends with the terminal that it was on', async (t) => {
    const terminal = await watch(t);
    await terminal.shows(/4,300/);
    terminal.hangUp();
    // Whichever comes first: that nobody reads any more, or SIGHUP, which may also find us as we are about to end (-1).
    const { code } = await terminal.ended;
    assert.ok([0, 143, -1].includes(code), `${code}`);
  });

  test('is not there where lines are asked for, in CI, or with --json', async (t) => {
    for (const [args, env] of [
      [['--view', 'lines'], {}],
      [[], { LAGLINE_VIEW: 'lines' }],
      [[], { CI: 'true' }],
      [[], { TERM: 'dumb' }],
      [['--json'], {}],
    ] as const) {
      const terminal = await watch(t, [...args, '--count', '1'], { env });
      const end = await terminal.ended;
      assert.deepEqual([end.code, end.isRestored], [0, true], terminal.text());
      assert.ok(!terminal.text().includes(entered));
      assert.match(terminal.text(), /screen-billing/);
    }
  });

  const run = async (t: TestContext, duration: string, ...args: readonly string[]) => {
    const cwd = temporaryFolder(t);
    const target = await startTarget(t);
    // Where it is stubborn, k6 has something to wait for.
    const tail =
      '\nexport function teardown() { if (__ENV.STUBBORN) for (const end = Date.now() + 60_000; Date.now() < end; ); }\n';
    writeText(cwd, 'load.js', plainScript({ duration }) + tail);
    const kafka = ['--brokers', broker.address, '--group', 'screen-billing', '--drain-timeout', '2s'];
    const words = ['run', './load.js', '-e', `URL=${target.url}`, ...kafka, ...args];
    return { cwd, terminal: await startOnTerminal(t, words, { cwd }) };
  };

  test('of a run goes from the load to the drain, and the summary follows it', needed, async (t) => {
    const { cwd, terminal } = await run(t, '4s');
    await terminal.shows(/lagline run.*load.*랙 해소/);
    await terminal.shows(/screen-billing.*4,300/);
    const { code } = await terminal.ended;
    const printed = await assertRestored(terminal, code);
    assert.match(terminal.text(), /총 요청/);
    assert.match(printed, /lagline .*판정/);
    assert.match(printed, /report: runs\/.*report\.ko\.md/);
    assert.ok(existsSync(join(onlyRunFolder(join(cwd, 'runs')), 'k6', 'console.txt')));
  });

  test('of a run ends it in order at the first Ctrl+C', needed, async (t) => {
    const { cwd, terminal } = await run(t, '10m');
    await terminal.shows(/요청 .*\/s/);
    terminal.type(ctrlC);
    const printed = await assertRestored(terminal, 130);
    assert.match(printed, /report: runs\//);
    const folder = onlyRunFolder(join(cwd, 'runs'));
    assert.equal(readReport(folder).runs[0]?.status, 'interrupted');
    assert.match(readFileSync(join(folder, 'k6', 'console.txt'), 'utf8'), /\S/);
  });

  test('of a run ends it at once at the second Ctrl+C', needed, async (t) => {
    const { terminal } = await run(t, '10m', '--env', 'STUBBORN=1');
    await terminal.shows(/요청 .*\/s/);
    terminal.type(ctrlC);
    await terminal.shows('중단하는 중');
    terminal.type(ctrlC);
    assert.match(await assertRestored(terminal, 130), /run\.jsonl/);
  });

  test('of a run is gone as well when k6 was killed', needed, async (t) => {
    const { cwd, terminal } = await run(t, '10m');
    await terminal.shows(/요청 .*\/s/);
    const k6 = () => processesNaming(join(cwd, 'runs'))[0]?.pid;
    assert.ok(await until(() => k6() !== undefined, 60_000));
    process.kill(k6() ?? 0, 'SIGKILL');
    await assertRestored(terminal, 4);
  });
});
