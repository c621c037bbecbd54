import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { processesWithin, until } from '../../fixtures/processes.ts';
import { runAll } from './run-all.ts';

const root = join(import.meta.dirname, '..', '..');
const goals = JSON.stringify(join(root, 'bench', 'goals.ts'));

const waitMs = 60_000;

/** A bench that comes to a figure; `seen` may be an expression. */
const timing = (seen: string): string => `
  import { printGoals } from ${goals};
  process.exitCode = printGoals([{ what: 'a figure', seen: ${seen}, target: '≤ 2 ms', isMet: true }]);`;

/** One that has a server in a group of its own, left things in the temporary folder, and does not come to an end. */
const hanging = `
  import { spawn } from 'node:child_process';
  import { mkdtempSync, writeFileSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  writeFileSync(join(mkdtempSync(join(tmpdir(), 'left-')), 'behind'), 'x');
  const server = spawn('sleep', ['120'], { detached: true, stdio: 'ignore' });
  server.on('spawn', () => console.log('under way'));
  setTimeout(() => {}, 120_000);`;

/** A folder with benches, the page, and a temporary folder that all that is started has in its environment. */
const prepare = (context: TestContext, programs: Readonly<Record<string, string>>) => {
  const dir = mkdtempSync(join(tmpdir(), 'lagline-run-all-'));
  context.after(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'tmp'));
  mkdirSync(join(dir, 'docs'));
  const benches = Object.entries(programs).map(([name, program]) => {
    const file = join(dir, `${name}.ts`);
    writeFileSync(file, program);
    return { name, file };
  });
  return {
    dir,
    temporary: join(dir, 'tmp'),
    page: join(dir, 'docs', 'performance.md'),
    runs: {
      all: benches,
      chosen: benches,
      form: 'short' as const,
      seed: 7,
      flags: [],
      root: dir,
      page: join(dir, 'docs', 'performance.md'),
      patienceMs: 10 * waitMs,
      idlePatienceS: 0,
    },
  };
};

describe('all benches', () => {
  it('have their tables, whatever becomes of those between them', async (context) => {
    const { page, runs } = prepare(context, {
      first: timing("process.argv.slice(2).join(' ')"),
      broken: `console.log('so far so good'); throw new Error('broken');`,
      killed: `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`,
      last: timing("'1 ms'"),
    });
    writeFileSync(page, '# 성능\n');
    const said: string[] = [];
    const stop = new AbortController().signal;
    const outcomes = await runAll({ ...runs, stop, say: (line) => said.push(line) });
    assert.deepEqual(
      outcomes.map(({ name, result, brokeOff }) => [name, result, brokeOff]),
      [
        ['first', 'result: met 1 of 1', null],
        ['broken', null, 'exit code 1'],
        ['killed', null, 'SIGKILL'],
        ['last', 'result: met 1 of 1', null],
      ],
    );
    const text = readFileSync(page, 'utf8');
    assert.match(text, /^# 성능\n[\s\S]*\| a figure \| --seed 7 --short \|[\s\S]*bench:last[\s\S]*1 ms/);
    assert.match(text, /bench:broken`[\s\S]*결과를 내지 못하고 끝났습니다\(exit code 1\)/);
    assert.deepEqual(readdirSync(join(page, '..')), ['performance.md']);

    // What they came to once stays when they break off later.
    writeFileSync(runs.all[0]?.file ?? '', 'process.exit(3);');
    await runAll({ ...runs, stop, say: (line) => said.push(line) });
    assert.equal(readFileSync(page, 'utf8'), text);
    assert.ok(said.some((line) => line.startsWith('the table of bench:first stays')));
  });

  it('are ended where they take too long, with what they started', async (context) => {
    const { dir, runs } = prepare(context, { hanging });
    const stop = new AbortController().signal;
    const [outcome] = await runAll({ ...runs, patienceMs: 1500, stop, say: () => {} });
    assert.deepEqual([outcome?.result, outcome?.brokeOff], [null, 'not within 0 min']);
    assert.deepEqual(processesWithin(dir), []);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`leave upon ${signal} the tables so far, no process and no file`, async (context) => {
      const { dir, temporary, page, runs } = prepare(context, {
        first: timing("'1 ms'"),
        hanging,
        last: timing("'2 ms'"),
      });
      const names = runs.all.map(({ name }) => [`bench:${name}`, `node ${name}.ts`]);
      // bench/all.ts takes its list from the package that it stands in.
      const program = join(dir, 'bench', 'all.ts');
      mkdirSync(join(dir, 'bench'));
      writeFileSync(
        join(dir, 'package.json'),
        JSON.stringify({ type: 'module', scripts: Object.fromEntries(names) }),
      );
      writeFileSync(
        program,
        readFileSync(join(root, 'bench', 'all.ts'), 'utf8').replaceAll(
          /from '(\.\/[^']+)'/g,
          (_, path: string) => `from ${JSON.stringify(join(root, 'bench', path))}`,
        ),
      );
      const child = spawn(process.execPath, [program, '--seed', '7'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: temporary },
      });
      const ended = once(child, 'exit') as Promise<[number | null]>;
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      assert.ok(await until(() => output.includes('under way'), waitMs), output);
      child.kill(signal);
      // As npm and a terminal do: the same signal once more.
      child.kill(signal);
      assert.deepEqual((await ended)[0], signal === 'SIGINT' ? 130 : 143);
      assert.match(output, /stopped; 2 of 3 benches did not come to an end/);
      assert.ok(await until(() => processesWithin(dir).length === 0, waitMs));
      assert.deepEqual(readdirSync(temporary), []);
      assert.deepEqual(readdirSync(join(dir, 'docs')), ['performance.md']);
      const text = readFileSync(page, 'utf8');
      assert.match(text, /bench:first[\s\S]*<!-- end of benches -->\n$/);
      assert.doesNotMatch(text, /bench:(?:hanging|last)/);
      assert.ok(existsSync(page));
    });
});
