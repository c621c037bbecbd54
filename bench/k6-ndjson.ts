// `npm run -s bench:k6-ndjson`: 1.5 GB of k6's `--out json` (150 MB with --short) to a timeline by the second, by lagline's
// scanner beside readline with JSON.parse, DuckDB with two threads and a scanner in Go that does the same work, in turn.
//
// lagline is measured as it is published: compiled, in a process of its own. DuckDB comes by pip, into the bench's own folder;
// where it cannot be had, its row says so and is missed.
import { execFile, spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { asInstalled } from './as-installed.ts';
import { benchArguments } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { requireIdle } from './idle.ts';
import { writeSynthetic } from './k6-ndjson/synthetic.ts';
import { createRandom } from './random.ts';
import { digits, medianOf, spreadOf } from './statistics.ts';

const { seed, short } = benchArguments();
const bytes = short ? 150e6 : 1.5e9;
const rounds = short ? 3 : 5;
const run = promisify(execFile);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

type Found = {
  readonly requests: number;
  readonly failed: number;
  readonly seconds: number;
  readonly p95?: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
};
type Subject = { readonly name: string; readonly command: readonly [string, ...string[]] };

await requireIdle();
const folder = await mkdtemp(join(tmpdir(), 'lagline-bench-ndjson-'));
let exitCode: number;
try {
  exitCode = await asInstalled((programOf) => measure(programOf('k6-ndjson/subject')));
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = exitCode;

async function measure(subject: string): Promise<number> {
  const file = join(folder, 'k6.ndjson');
  const random = createRandom(seed);
  const iterations = writeSynthetic(file, bytes, () => random.next());
  const { size } = await stat(file);
  say(
    `seed ${seed}, ${digits(0)(size / 1e6)} MB, ${digits(0)(iterations)} iterations, ${availableParallelism()} cores`,
  );
  const lagline = (way: string): Subject => ({
    name: way,
    command: [process.execPath, subject, way, file],
  });
  const subjects: Subject[] = [
    lagline('scanner'),
    lagline('readline'),
    await goScanner(file),
    ...(await duckDb(file)),
  ];
  const found = new Map<string, Found[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const each of round % 2 === 0 ? subjects : subjects.toReversed())
      found.get(each.name)?.push(await take(each));
  for (const [name, all] of found)
    say(
      `${name.padEnd(9)} ${spreadOf(
        all.map(({ wallMs }) => size / 1e3 / wallMs),
        digits(0),
      )} MB/s, CPU ${spreadOf(
        all.map(({ cpuMs }) => cpuMs / 1000),
        digits(2),
      )} s, RSS ${spreadOf(
        all.map(({ rssMb }) => rssMb),
        digits(0),
      )} MB`,
    );
  const streamed = [await fed(file, subject, 'pipe'), await throughGzip(file, subject)];
  for (const [index, way] of ['pipe', 'gzip'].entries()) {
    const { wallMs = Number.NaN, rssMb = Number.NaN } = streamed[index] ?? {};
    say(`${way.padEnd(9)} ${digits(0)(size / 1e3 / wallMs)} MB/s unzipped, RSS ${digits(0)(rssMb)} MB`);
  }
  return printGoals(goalsOf(found, iterations, streamed));
}

function goalsOf(
  found: ReadonlyMap<string, readonly Found[]>,
  iterations: number,
  streamed: readonly Found[],
): Goal[] {
  const of = (name: string): readonly Found[] => found.get(name) ?? [];
  /** How many times as long another took, round by round. */
  const times = (name: string): number[] =>
    of('scanner').map(({ wallMs }, round) => (of(name)[round]?.wallMs ?? Number.NaN) / wallMs);
  const ratio = (what: string, ratios: readonly number[], target: string, isMet: boolean): Goal => ({
    what,
    seen: spreadOf(ratios, digits(2)),
    target,
    isMet: ratios.length > 0 && isMet,
  });
  const [readline, duckdb, go] = ['readline', 'duckdb', 'go'].map(times) as [number[], number[], number[]];
  const slower = go.map((each) => 1 / each);
  const all = [...[...found.values()].flat(), ...streamed];
  const agree = all.filter(
    ({ requests, failed, seconds }) =>
      requests === iterations && failed === all[0]?.failed && seconds === all[0].seconds,
  );
  const memory = Math.max(...[...of('scanner'), ...streamed].map(({ rssMb }) => rssMb));
  return [
    ratio('times as fast as readline + JSON.parse', readline, '≥ 15', medianOf(readline) >= 15),
    of('duckdb').length === 0
      ? { what: 'times as fast as DuckDB', seen: 'could not be had', target: '≥ 3', isMet: false }
      : ratio('times as fast as DuckDB', duckdb, '≥ 3', medianOf(duckdb) >= 3),
    ratio('times as long as the Go scanner, both with one thread', slower, '≤ 1.3', medianOf(slower) <= 1.3),
    {
      what: 'peak memory, also of gzip and through a pipe',
      seen: `${digits(0)(memory)} MB`,
      target: '≤ 100 MB',
      isMet: memory <= 100,
    },
    {
      what: 'readings with the same totals',
      seen: `${agree.length} of ${all.length}`,
      target: 'all',
      isMet: agree.length === all.length,
    },
  ];
}

async function take({ command: [program, ...args] }: Subject): Promise<Found> {
  const { stdout } = await run(program, args, { maxBuffer: 1e6 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Found;
}

async function goScanner(file: string): Promise<Subject> {
  const binary = join(folder, 'scanner');
  await run('go', ['build', '-o', binary, join(import.meta.dirname, 'k6-ndjson', 'scanner', 'main.go')]);
  return { name: 'go', command: [binary, file] };
}

async function duckDb(file: string): Promise<Subject[]> {
  const packages = join(folder, 'duckdb');
  try {
    await run('pip', ['install', '--quiet', '--disable-pip-version-check', '--target', packages, 'duckdb']);
  } catch {
    return [];
  }
  const script = join(import.meta.dirname, 'k6-ndjson', 'duckdb.py');
  return [{ name: 'duckdb', command: ['python3', script, file, packages] }];
}

/** The same through gzip and a pipe, bound by inflating. */
async function throughGzip(file: string, subject: string): Promise<Found> {
  const zipped = `${file}.gz`;
  await pipeline(createReadStream(file), createGzip({ level: 1 }), createWriteStream(zipped));
  return await fed(zipped, subject, 'gzip');
}

async function fed(file: string, subject: string, way: string): Promise<Found> {
  const child = spawn(process.execPath, [subject, way, '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), child.stdin);
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Found;
}
