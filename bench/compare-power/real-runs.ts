import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildReport } from '../../core/judge/build-report.ts';
import { readRecord } from '../../core/record/journal-reader.ts';
import type { RunReport } from '../../core/report-document.ts';
import type { Random } from '../random.ts';
import { underOneName, type Backlogs } from './backlog.ts';

const scriptName = 'steady.js';
const script = `import http from 'k6/http';
export const options = { vus: 3, duration: __ENV.LOAD_TIME || '5s' };
export default function () { http.get(__ENV.BASE_URL); }
`;

/** Once for all runs of a folder: none may find it half written. */
export const writeScript = (root: string): void => writeFileSync(join(root, scriptName), script);

/** Mean answer of the target in ms; each answer is up to a fifth off, each run as a whole up to `runSpread`. */
const meanMs = 40;
const answerSpread = 0.2;
const runSpread = 0.06;
/** What the consumer needs for a message: 75 a second come in, 40 go out, so that about 100 wait after 3 s. */
const handleMs = 25;

export type RealRun = {
  readonly run: RunReport;
  /** How much later than it meant to the target answered, on average: where it is much, it was not as slow as it should be. */
  readonly targetLateMs: number;
};

export type RunSetting = {
  /** The target is so much slower than it should be, as a share. */
  readonly slowdown: number;
  /** Null: there is no Kafka behind the target. */
  readonly backlogs: Backlogs | null;
};

/**
 * One real run of lagline, null where it was invalid: k6 against a server on loopback. With Kafka behind it the load is
 * shorter, each request leaves a message, and the consumer is as a whole faster or slower by chance too.
 */
export const realRun = async (
  root: string,
  name: string,
  { slowdown, backlogs }: RunSetting,
  random: Random,
): Promise<RealRun | null> => {
  const around = (spread: number): number => 1 + spread * (2 * random.next() - 1);
  const runMs = meanMs * (1 + slowdown) * around(runSpread);
  const late = { answers: 0, totalMs: 0 };
  const backlog = (await backlogs?.open(name, handleMs * around(runSpread))) ?? null;
  const server = createServer((_, response) => {
    // Timers are in whole ms: the fraction is kept by chance.
    const afterMs = Math.floor(runMs * around(answerSpread) + random.next());
    const dueMs = performance.now() + afterMs;
    setTimeout(() => {
      response.end('{}');
      backlog?.queue();
      late.answers += 1;
      late.totalMs += performance.now() - dueMs;
    }, afterMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const out = join(root, name);
    // Left there by a bench that was ended while its run went on.
    rmSync(out, { recursive: true, force: true });
    const file = join(root, scriptName);
    const kafkaFlags = backlog === null ? [] : [...backlog.flags, '-e', 'LOAD_TIME=3s'];
    const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
    const child = spawn(
      process.execPath,
      [main, 'run', file, '--target', url, '--out', out, '--format', 'json', '-q', '--json', ...kafkaFlags],
      { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 4) return null;
    const [folder] = code === 0 || code === 3 ? readdirSync(out) : [];
    if (folder === undefined) throw new Error(`run ${name} ended with ${code}: ${complaint}`);
    const [run] = buildReport([await readRecord(join(out, folder))], 'bench').runs;
    rmSync(out, { recursive: true });
    if (run === undefined) throw new Error(`run ${name} has no report`);
    return {
      run: underOneName({ ...run, runId: name }),
      targetLateMs: late.totalMs / Math.max(1, late.answers),
    };
  } finally {
    server.close();
    server.closeAllConnections();
    await backlog?.close();
  }
};
