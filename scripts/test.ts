// `npm test`: every *.test.ts on the pinned Node, or only the paths given as arguments.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const given = process.argv.slice(2);
/**
 * In the order of starting, two at a time: the crash soak, which takes longest and does not mind company, beside the many
 * short ones; last the runs of k6 against a whole stack.
 */
const folders = ['bench', 'core', 'deploy', 'fixtures', 'reference-service', 'reporters', 'scripts', 'cli'];
const files =
  given.length > 0
    ? given
    : folders.flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root }).sort());

/** A file that hangs is named and ended, instead of taking the whole run with it; the longest takes a sixth of this. */
const patienceMs = 20 * 60_000;

const options = [
  `--import=${pathToFileURL(join(import.meta.dirname, 'properties.ts')).href}`,
  '--test',
  '--test-concurrency=2',
  '--test-reporter=spec',
  `--test-timeout=${patienceMs}`,
];
const child = spawn(process.execPath, [...options, ...files], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
