import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CapacityDocument, Setup } from '../../core/capacity/capacity-document.ts';
import type { ReportDocument } from '../../core/report-document.ts';
import { stackDown, stackUp } from '../../core/stack/stack.ts';
import { memberOf } from '../../core/stack/stack-state.ts';

/** A set-up of the reference service, and the load that is put on it. */
export type Arrangement = Setup & {
  readonly name: string;
  readonly serviceEnv: Readonly<Record<string, string>>;
  /** Time that each INSERT of a worker takes beside what it takes anyway, in ms. */
  readonly downstreamMs?: number | undefined;
  readonly perSecond: number;
  readonly seconds: number;
};

export type MeasuredRun = {
  readonly folder: string;
  readonly drain: ReportDocument['runs'][number]['kafka']['groups'][number]['drain'];
  readonly peakLagMessages: number | null;
  readonly requestsPerSecond: number | null;
};

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const group = 'coupon-issuer';
const warmUpRequests = 300;

/** Starts the arrangement from nothing, puts its load on it, watches until it has drained, and stops it. */
export const measure = async (root: string, arrangement: Arrangement): Promise<MeasuredRun> => {
  const { name, consumers, partitions, serviceEnv, downstreamMs = 0 } = arrangement;
  const dir = join(root, name);
  const runs = join(dir, 'runs');
  await mkdir(dir, { recursive: true });
  try {
    const stack = await stackUp({
      dir: join(dir, 'stack'),
      full: true,
      prometheus: 'off',
      workers: consumers,
      guarded: true,
      serviceEnv: { FAULTS: 'on', ...serviceEnv, COUPON_PARTITIONS: String(partitions) },
    });
    const target = memberOf(stack, 'service')?.address ?? '';
    await warmUp(target);
    for (const { name: role, address } of stack.members)
      if (role === 'worker' && downstreamMs > 0) await setLatency(address, downstreamMs);
    const script = join(dir, 'load.js');
    await writeFile(script, loadScript(arrangement));
    const report = await lagline<ReportDocument>([
      'run',
      script,
      `--target=${target}`,
      `--brokers=${stack.brokers ?? ''}`,
      `--group=${group}`,
      '--topic=coupon-issue',
      '--interval=500ms',
      '--drain-timeout=3m',
      `--out=${runs}`,
    ]);
    const [run] = report.runs;
    const found = run?.kafka.groups[0];
    if (run === undefined || found === undefined) throw new Error(`${name}: the run watched no group`);
    return {
      folder: join(runs, run.runId),
      drain: found.drain,
      peakLagMessages: found.peakLagMessages,
      requestsPerSecond: run.load?.requestsPerSecond ?? null,
    };
  } finally {
    await stackDown(join(dir, 'stack'));
  }
};

/** What `lagline plan` says of a stored run. */
export const advise = (folder: string, flags: readonly string[]): Promise<CapacityDocument> =>
  lagline<CapacityDocument>(['plan', folder, ...flags]);

const lagline = async <Document>(words: readonly string[]): Promise<Document> => {
  const child = spawn(process.execPath, [main, ...words, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): boolean => child.kill('SIGTERM');
  process.once('exit', stop);
  const said = text(child.stderr);
  const [out] = await Promise.all([text(child.stdout), once(child, 'close')]);
  process.off('exit', stop);
  if (out === '') throw new Error(`lagline ${words[0]} said: ${await said}`);
  return JSON.parse(out) as Document;
};

const loadScript = ({ perSecond, seconds }: Arrangement): string => `import http from 'k6/http';
import exec from 'k6/execution';

export const options = {
  scenarios: {
    sale: {
      executor: 'constant-arrival-rate',
      rate: ${perSecond},
      timeUnit: '1s',
      duration: '${seconds}s',
      preAllocatedVUs: 200,
      maxVUs: 400,
    },
  },
  discardResponseBodies: true,
};

export default function () {
  const userId = 'load-' + exec.scenario.iterationInTest;
  http.post(__ENV.BASE_URL + '/coupons/demo/issue', JSON.stringify({ userId }), {
    headers: { 'content-type': 'application/json' },
  });
}
`;

/** A process that has just started compiles its code during the first requests. */
const warmUp = async (target: string): Promise<void> => {
  for (let first = 0; first < warmUpRequests; first += 20) {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const answer = await fetch(`${target}/coupons/demo/issue`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ userId: `warm-up-${first + index}` }),
        });
        await answer.arrayBuffer();
        if (answer.status !== 202) throw new Error(`the warm-up got HTTP ${answer.status}`);
      }),
    );
  }
  for (let waits = 0; waits < 600; waits += 1) {
    const { drained } = (await (await fetch(`${target}/integrity/demo`)).json()) as { drained?: boolean };
    if (drained === true) return;
    await sleep(100);
  }
  throw new Error('the rows of the warm-up were not there after a minute');
};

const setLatency = async (address: string, value: number): Promise<void> => {
  const answer = await fetch(`${address}/faults/downstream.latency`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value }),
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`downstream.latency was refused: HTTP ${answer.status}`);
};
