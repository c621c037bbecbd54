import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { assertRefusal, lagline, temporaryFolder, writeText } from '../fixtures/cli.ts';

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** A shell that a machine may lack. With LAGLINE_REQUIRE=all its absence is a failure instead of a skip. */
const skipWithout = (shell: string) => ({
  skip:
    isThere(shell) || process.env['LAGLINE_REQUIRE'] === 'all'
      ? false
      : `there is no ${shell} on this machine`,
});

const scriptOf = async (t: TestContext, shell: string, env: Record<string, string> = {}) => {
  const cwd = temporaryFolder(t);
  const { code, stdout, stderr } = await lagline(t, ['completion', shell], { cwd, env });
  assert.deepEqual([code, stderr], [0, '']);
  return { cwd, path: writeText(cwd, `lagline.${shell}`, stdout), text: stdout };
};

const run = (shell: string, args: readonly string[], cwd: string): string[] => {
  const { stdout, stderr, status } = spawnSync(shell, args, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout.split('\n').filter(Boolean);
};

test('bash completes commands, options and choices, by the command that stands before', async (t) => {
  const { cwd, path } = await scriptOf(t, 'bash');
  const complete = (...words: readonly string[]): string[] => {
    const list = words.map((word) => `'${word}'`).join(' ');
    return run(
      'bash',
      [
        '--norc',
        '-c',
        `source '${path}'; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _lagline; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      cwd,
    );
  };
  assert.deepEqual(complete('lagline', 'wa'), ['watch']);
  assert.deepEqual(complete('lagline', 'stack', ''), ['up', 'down', 'status']);
  assert.deepEqual(complete('lagline', 'stack', 'up', '--prof'), ['--profile']);
  assert.deepEqual(complete('lagline', 'stack', 'up', '--profile', 'i'), ['incident']);
  assert.deepEqual(complete('lagline', 'run', 'smoke', '--lang', ''), ['ko', 'en']);
  assert.deepEqual(complete('lagline', 'run', '--out', ''), []);
  assert.ok(complete('lagline', 'run', '--').includes('--threshold'));
  assert.ok(!complete('lagline', 'gate', '--').includes('--brokers'));
});

test('zsh takes the script, with words in it that are quoted there', skipWithout('zsh'), async (t) => {
  for (const LC_ALL of ['C.UTF-8', 'ko_KR.UTF-8']) {
    const { cwd, path } = await scriptOf(t, 'zsh', { LC_ALL });
    run('zsh', ['-f', '-n', path], cwd);
    const zdotdir = join(cwd, 'zsh');
    const loaded = `ZDOTDIR='${zdotdir}'; autoload -Uz compinit && compinit -u -D; source '${path}'; print -r -- $_comps[lagline]`;
    assert.deepEqual(run('zsh', ['-f', '-c', loaded], cwd), ['_lagline']);
  }
});

test('fish completes as its users expect', skipWithout('fish'), async (t) => {
  const { cwd, path } = await scriptOf(t, 'fish');
  const complete = (line: string): string[] =>
    run('fish', ['--no-config', '-c', `source '${path}'; complete -C '${line}'`], cwd).map(
      (each) => each.split('\t')[0] ?? '',
    );
  assert.deepEqual(complete('lagline wa'), ['watch']);
  assert.deepEqual(complete('lagline stack up --profile '), ['healthy', 'incident']);
  assert.ok(complete('lagline run --thr').includes('--threshold'));
  assert.deepEqual(complete('lagline gate --bro'), []);
});

test('every command stands in each script; a shell that is not known is refused', async (t) => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { text } = await scriptOf(t, shell);
    for (const name of ['demo', 'reconstruct', 'config', 'completion', 'init'])
      assert.match(text, new RegExp(`\\b${name}\\b`), `${name} for ${shell}`);
  }
  assertRefusal(await lagline(t, ['completion', 'tcsh'], { cwd: temporaryFolder(t) }), [
    "'tcsh'",
    'bash, zsh',
  ]);
});
