// `npm run -s bench:gate-mutations`: ways in which a run can prove nothing and look green, through lagline's gate and, where
// it can see them at all, through plain k6. None may end with exit code 0.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRunReport } from '../core/judge/build-report.ts';
import type { JournalEntry } from '../core/record/journal-entry.ts';
import { recordBuilder } from '../core/record/journal-reader.ts';
import { systemContext } from '../core/tools/context.ts';
import { k6Tool } from '../core/tools/k6.ts';
import { benchArguments } from './arguments.ts';
import { readEntries, recordLies, rulesOfRecord } from './gate-mutations/record-lies.ts';
import { scriptLies, type ScriptLie } from './gate-mutations/script-lies.ts';
import { printGoals, type Goal } from './goals.ts';

benchArguments();
const root = join(import.meta.dirname, '..');
const main = join(root, 'cli', 'main.ts');
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const exitCodeOf = async (command: string, args: readonly string[], cwd: string): Promise<number> => {
  const child = spawn(command, args, { cwd, stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? -1;
};

type Codes = { readonly name: string; readonly k6: number | undefined; readonly lagline: number };

const throughBoth = async (
  { name, script, rules = [], isTargetDown = false }: ScriptLie,
  { k6, url }: { k6: string; url: string },
): Promise<Codes> => {
  const dir = await mkdtemp(join(tmpdir(), 'lagline-lies-'));
  try {
    await writeFile(join(dir, 'script.js'), script);
    const target = isTargetDown ? 'http://127.0.0.1:9' : url;
    const flags = rules.flatMap((rule) => ['--threshold', rule]);
    return {
      name,
      // A rule on lagline's command line has no counterpart in k6's.
      k6: await exitCodeOf(k6, ['run', '--quiet', '--address', '', '-e', `URL=${target}`, 'script.js'], dir),
      lagline: await exitCodeOf(
        process.execPath,
        [main, 'run', './script.js', '-q', '-e', `URL=${target}`, ...flags],
        dir,
      ),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const judge = (entries: readonly JournalEntry[]): number => {
  const builder = recordBuilder();
  for (const entry of entries) builder.add(JSON.stringify(entry));
  const record = builder.finish();
  if (record === undefined) throw new Error('no header is left of the record');
  return buildRunReport(record).verdict.exitCode;
};

/** Two at a time, in order. */
const inPairs = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
};

const server = createServer((_, response) => void response.end('{}'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
try {
  const k6 = (await k6Tool(systemContext()).ensure()).path;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const honest: ScriptLie = {
    name: 'control',
    script:
      scriptLies[0]?.script
        .replace('sleep(0.1)', 'http.get(__ENV.URL); sleep(0.02)')
        // A busy machine may hold up an answer or two.
        .replace('p(95)<500', 'p(95)<30000') ?? '',
  };
  const ran = await inPairs([honest, ...scriptLies], (lie) => throughBoth(lie, { k6, url }));
  const journal = await readFile(join(root, 'fixtures', 'runs', 'healthy', 'run.jsonl'), 'utf8');
  const entries = readEntries(journal, rulesOfRecord);
  const judged = [
    { name: 'control: the record as it is', k6: undefined, lagline: judge(entries) },
    ...recordLies.map(({ name, tell }) => ({ name, k6: undefined, lagline: judge(tell(entries)) })),
  ];
  say(`${'what is wrong'.padEnd(66)} plain k6   lagline`);
  const goals = [...ran, ...judged].map(({ name, k6: k6Code, lagline }): Goal => {
    const isControl = name.startsWith('control');
    say(`${name.padEnd(66)} ${String(k6Code ?? '–').padStart(8)}  ${String(lagline).padStart(8)}`);
    return {
      what: name,
      seen: `exit code ${lagline}`,
      target: isControl ? '0' : 'not 0, nor a defect (1)',
      isMet: isControl ? lagline === 0 : lagline > 1,
    };
  });
  const greenInK6 = ran.filter(({ name, k6: code }) => !name.startsWith('control') && code === 0).length;
  say('');
  say(
    `${goals.length - 2} lies; plain k6 ends with 0 on ${greenInK6} of the ${ran.length - 1} that it can be told`,
  );
  process.exitCode = printGoals(goals);
} finally {
  server.close();
  server.closeAllConnections();
}
