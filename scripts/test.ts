// `npm test`: every *.test.ts on the pinned Node, or only the paths given as arguments.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');

/** The files that take longest: one that started last would run on alone while a processor idles. */
const startFirst = [
  'bench/crash/soak.test.ts',
  'core/stack/stack.test.ts',
  'cli/run.e2e.test.ts',
  'cli/fault.e2e.test.ts',
  'cli/demo.e2e.test.ts',
  'cli/bad-input.e2e.test.ts',
];

/** In the order of starting. */
const everyFile = (): string[] => {
  const found = globSync('**/*.test.ts', { cwd: root, exclude: ['node_modules', 'dist', '.lagline'] }).sort();
  const gone = startFirst.filter((file) => !found.includes(file));
  if (gone.length > 0)
    throw new Error(`startFirst of scripts/test.ts names what is not there: ${gone.join(', ')}`);
  return [...startFirst, ...found.filter((file) => !startFirst.includes(file))];
};

/** Runs under load share two processors with others; beside more of them the demo's peak may make no backlog. */
const filesAtOnce = 2;

/** A file that hangs is named and ended, instead of taking the whole run with it; the longest takes a sixth of this. */
const patienceMs = 20 * 60_000;

/**
 * For every Java machine that a test starts, also by way of lagline: they live for a minute or so, in which the optimizing
 * compiler costs 3 s of a processor, more than it gives.
 */
const javaOptions = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
process.env['JDK_JAVA_OPTIONS'] = [...javaOptions, process.env['JDK_JAVA_OPTIONS'] ?? ''].join(' ').trim();

const given = process.argv.slice(2);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());

// In the order they are given, where the command line of the runner would sort them.
run({
  files: given.length > 0 ? given : everyFile(),
  cwd: root,
  concurrency: filesAtOnce,
  timeout: patienceMs,
  execArgv: [`--import=${pathToFileURL(join(import.meta.dirname, 'properties.ts')).href}`],
  signal: stopping.signal,
})
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(new spec())
  .pipe(process.stdout);
