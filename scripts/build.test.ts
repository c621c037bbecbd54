import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';

const root = join(import.meta.dirname, '..');
mkdirSync(join(root, '.lagline'), { recursive: true });
const folder = mkdtempSync(join(root, '.lagline', 'build-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('the published program runs: compiled, it knows its version and writes a report', () => {
  execFileSync(process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    join(root, 'tsconfig.build.json'),
    '--outDir',
    join(folder, 'dist'),
  ]);
  const lagline = (...args: string[]): string =>
    execFileSync(process.execPath, [join(folder, 'dist', 'cli', 'main.js'), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  assert.match(lagline('--version'), /^\d+\.\d+\.\d+\n$/);
  const run = join(root, 'fixtures', 'runs', 'healthy');
  const report = JSON.parse(lagline('report', run, '--out', join(folder, 'report'), '--json')) as {
    verdict: { outcome: string };
  };
  assert.equal(report.verdict.outcome, 'pass');
});
