// `npm run bench`: every bench one after the other, and their tables in docs/performance.md.
//
// `--full`: as they are, not in their short forms. `--only offsets,clock`: some. `--page FILE`: another page. What stands
// behind a second `--` goes to the one bench that is chosen: `npm run bench -- --full --only k6-overhead -- --rounds 9`.
import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setMaxListeners } from 'node:events';
import { runAll } from './all/run-all.ts';
import { benchArguments, chosenParts } from './arguments.ts';
import { doubtText } from './doubt.ts';
import { printGoals } from './goals.ts';

const refuse = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

const argv = process.argv.slice(2);
const bar = argv.includes('--') ? argv.indexOf('--') : argv.length;
const flags = argv.slice(bar + 1);
const { seed, short, rest, switches } = benchArguments(
  { values: ['only', 'page'], switches: ['full'] },
  argv.slice(0, bar),
);
const root = join(import.meta.dirname, '..');
const page = resolve(rest['page'] ?? join(root, 'docs', 'performance.md'));

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const all = Object.entries(scripts).flatMap(([script, command]) => {
  const name = /^bench:(.+)$/.exec(script)?.[1];
  const file = command.split(' ').at(-1);
  return name === undefined || file === undefined ? [] : [{ name, file: join(root, file) }];
});
const names = chosenParts(
  rest['only'],
  all.map(({ name }) => name),
);
const chosen = all.filter(({ name }) => names.includes(name));

if (short && switches.has('full')) refuse('--short and --full are two forms: give one of them');
if (flags.length > 0 && (chosen.length !== 1 || !switches.has('full')))
  refuse(`'${flags.join(' ')}' is for one bench in its full form: name it with --full --only <bench>`);
if (flags.some((flag) => /^--(?:short|seed)\b/.test(flag)))
  refuse(`'${flags.join(' ')}' has the form or the seed of the bench: give them before the second --`);
try {
  accessSync(dirname(page), constants.W_OK);
} catch {
  refuse(`${page} cannot be written: give another with --page`);
}

const stop = new AbortController();
setMaxListeners(0, stop.signal);
let exitCodeOfStop: number | undefined;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const)
  process.on(signal, () => {
    exitCodeOfStop ??= code;
    stop.abort();
  });

const isFull = switches.has('full');
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const outcomes = await runAll({
  all,
  chosen,
  form: !isFull ? 'short' : flags.length > 0 ? 'reduced' : 'full',
  seed,
  flags,
  page,
  root,
  patienceMs: isFull ? 3 * 3_600_000 : 15 * 60_000,
  idlePatienceS: 150,
  stop: stop.signal,
  say,
});
say('');
const exitCode = printGoals(
  outcomes.map(({ name, result, brokeOff, doubts }) => ({
    what: `bench:${name}`,
    seen: result?.replace(/^result: /, '').replace(/, not to be used.*$/, '') ?? `no result (${brokeOff})`,
    target: doubts.length === 0 ? 'met' : `met (not to be used: ${doubts.map(doubtText).join('; ')})`,
    isMet: result?.startsWith('result: met') === true,
  })),
);
if (exitCodeOfStop !== undefined)
  say(`stopped; ${chosen.length - outcomes.length} of ${chosen.length} benches did not come to an end`);
process.exitCode = exitCodeOfStop ?? exitCode;
