// `npm test`: every *.test.ts on the pinned Node, or only the paths given as arguments.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const given = process.argv.slice(2);
const files =
  given.length > 0
    ? given
    : globSync('{cli,core,reporters,reference-service,fixtures,scripts,bench}/**/*.test.ts', {
        cwd: root,
      }).sort();

const child = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
