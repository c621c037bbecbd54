import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { lagline, temporaryFolder } from '../fixtures/cli.ts';

const stored = (name: string): string => join(import.meta.dirname, '..', 'fixtures', 'runs', name);
const savedText = join(import.meta.dirname, '..', 'fixtures', 'k6-output', 'coupon-report.md');
const mebibyte = 1024 * 1024;

/** A step of a job: where it may write, and what stands there already. */
const step = async (
  t: TestContext,
  args: readonly string[],
  { before = '', env = {} }: { before?: string; env?: Readonly<Record<string, string | undefined>> } = {},
) => {
  const cwd = temporaryFolder(t);
  const [summaryFile, outputFile] = [join(cwd, 'summary'), join(cwd, 'output')];
  if (before !== '') writeFileSync(summaryFile, before);
  const end = await lagline(t, ['report', ...args, '--out', 'out', '--format', 'md,github'], {
    cwd,
    env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summaryFile, GITHUB_OUTPUT: outputFile, ...env },
  });
  const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  return {
    ...end,
    cwd,
    summaryFile,
    summary: read(summaryFile),
    outputs: read(outputFile),
    commands: end.stderr.split('\n').filter((line) => line.startsWith('::')),
  };
};

test('a step gets the summary behind what it has, annotations, and outputs for the steps after it', async (t) => {
  const seen = await step(t, [stored('backlog-drained')], { before: '# tests\n' });
  assert.equal(seen.code, 0, seen.stderr);
  const written = readFileSync(join(seen.cwd, 'out', 'github-summary.md'), 'utf8');
  assert.equal(seen.summary, `# tests\n${written}`);
  assert.match(written, /^## 장애 대응 보고서/);
  assert.equal(seen.outputs, `outcome=fail\nexit-code=99\nreport=${resolve(seen.cwd, 'out')}\n`);
  assert.ok(seen.commands.some((line) => line.startsWith('::error title=lagline ')));
  assert.ok(seen.commands.every((line) => /^::(error|warning|notice) title=[^:]+::/.test(line)));
});

test('a run that passed is one notice', async (t) => {
  const { commands, outputs } = await step(t, [stored('healthy')]);
  assert.equal(commands.length, 1);
  assert.match(commands[0] ?? '', /^::notice /);
  assert.match(outputs, /^outcome=pass\nexit-code=0\n/);
});

test('of many rules that failed ten are shown, the last of which counts the rest', async (t) => {
  const rules = Array.from({ length: 40 }, (_, index) => [
    '--threshold',
    `http_req_duration=p(95)<0.${index + 1}`,
  ]);
  const { commands, code, stderr } = await step(t, ['--k6-summary', savedText, ...rules.flat()]);
  assert.equal(code, 0, stderr);
  const errors = commands.filter((line) => line.startsWith('::error'));
  assert.equal(errors.length, 10);
  assert.match(errors.at(-1) ?? '', /\d+건/);
});

test('a summary beyond 1 MiB is left as it is, and the step is told', async (t) => {
  const before = 'x'.repeat(mebibyte - 100);
  const { code, stderr, summary, summaryFile, outputs } = await step(t, [stored('healthy')], { before });
  assert.equal(code, 0);
  assert.ok(summary === before && statSync(summaryFile).size < mebibyte);
  assert.match(stderr, /the step summary was not written: .*1 MiB/);
  assert.match(outputs, /^outcome=pass\n/);
});

test('outside of a job nothing is handed over, and what cannot be written fails nothing', async (t) => {
  const nowhere = {
    GITHUB_ACTIONS: undefined,
    GITHUB_STEP_SUMMARY: undefined,
    GITHUB_OUTPUT: join(temporaryFolder(t), 'no', 'such', 'folder'),
  };
  const { code, stderr, commands, summary } = await step(t, [stored('healthy')], { env: nowhere });
  assert.equal(code, 0);
  assert.deepEqual([commands, summary], [[], '']);
  assert.match(stderr, /the step outputs were not written: .*ENOENT/);
});
