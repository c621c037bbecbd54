import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRefusal, lagline, temporaryFolder } from '../fixtures/cli.ts';
import { exitCodes } from '../core/exit-codes.ts';

const english = { LC_ALL: 'C.UTF-8' };

test('--help ends with the table of exit codes, in order and in these words', async (t) => {
  const { code, stdout, stderr } = await lagline(t, ['--help'], { cwd: temporaryFolder(t), env: english });
  assert.deepEqual([code, stderr], [0, '']);
  const table = stdout.slice(stdout.indexOf('Exit codes:')).trimEnd().split('\n').slice(1);
  assert.deepEqual(
    table.map((line) => /^ +(\d+) {2}(.*)$/.exec(line)?.slice(1)),
    exitCodes.map(({ code: value, meaning }) => [String(value), meaning]),
  );
  for (const name of ['demo', 'run', 'report', 'gate', 'stack', 'plan', 'doctor'])
    assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
});

test('--help is Korean in a Korean locale, with the same commands and codes', async (t) => {
  const env = { LC_ALL: undefined, LC_MESSAGES: undefined, LANG: 'ko_KR.UTF-8' };
  const cwd = temporaryFolder(t);
  const { code, stdout } = await lagline(t, ['--help'], { cwd, env });
  assert.equal(code, 0);
  assert.match(stdout, /^사용법: lagline/m);
  const codes = stdout.slice(stdout.indexOf('종료 코드:')).matchAll(/^ +(\d+) {2}\S/gm);
  assert.deepEqual(
    [...codes].map(([, value]) => Number(value)),
    exitCodes.map(({ code: value }) => value),
  );
  assert.match((await lagline(t, ['run', '--help'], { cwd, env })).stdout, /--drain-timeout .*랙 해소/);
});

test('every command has a help of its own', async (t) => {
  const cwd = temporaryFolder(t);
  for (const name of [
    ['run'],
    ['watch'],
    ['plan'],
    ['demo'],
    ['report'],
    ['gate'],
    ['stack'],
    ['stack', 'up'],
    ['doctor'],
  ]) {
    const { code, stdout, stderr } = await lagline(t, [...name, '--help'], { cwd, env: english });
    assert.deepEqual([code, stderr], [0, ''], name.join(' '));
    assert.match(stdout, new RegExp(`^Usage: lagline ${name.join(' ')}`));
  }
});

test('what is not understood is exit code 2 with a way out', async (t) => {
  const cwd = temporaryFolder(t);
  for (const [args, naming] of [
    [['rnu'], ["'rnu'", 'run']],
    [
      ['run', 'smoke', '--treshold', 'a=b'],
      ["'--treshold'", '--threshold'],
    ],
    [['run'], ['scenario']],
    [['gate', '--threshold'], ['--threshold']],
    [['stack', 'start'], ["'start'"]],
    [['demo', 'twice'], ['argument']],
  ] as const) {
    assertRefusal(await lagline(t, args, { cwd, env: english }), naming);
  }
});

test('no command at all shows the help and is a usage error', async (t) => {
  const { code, stdout, stderr } = await lagline(t, [], { cwd: temporaryFolder(t), env: english });
  assert.equal(code, 2);
  assert.match(stdout + stderr, /Usage: lagline/);
});

test('--version prints the version and nothing else', async (t) => {
  const { code, stdout, stderr } = await lagline(t, ['--version'], { cwd: temporaryFolder(t) });
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});
