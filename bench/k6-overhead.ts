// `npm run -s bench:k6-overhead`: what lagline's timeline and sampling cost k6 at saturation, beside bare k6.
//
// Requests per second swing too much on shared machines to show 2 %. Each run of a variant stands between two bare ones,
// and CPU of k6 per request is divided by that of the server in the same run, which does the same work for each request.
// Capacity is the change of throughput of the whole machine where it is bound by CPU:
// (k6 bare + server) / (k6 + lagline + server) - 1, each per request and in units of the server's.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../core/stack/broker.ts';
import { stopMember } from '../core/stack/member.ts';
import { systemContext } from '../core/tools/context.ts';
import { javaTool } from '../core/tools/java.ts';
import { k6Tool } from '../core/tools/k6.ts';
import { kafkaTool } from '../core/tools/kafka.ts';
import { connectKafkaWriter } from '../fixtures/kafka-writer.ts';
import { benchArguments } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { requireIdle } from './idle.ts';
import { cpuMicrosecondsOf, endedChildrenMicroseconds, peakMemoryMbOf } from './k6-overhead/cpu.ts';
import type { TargetReading } from './k6-overhead/target.ts';
import { startVariant, type Surroundings, type VariantName } from './k6-overhead/variants.ts';
import { createRandom } from './random.ts';

const { seed, short } = benchArguments();
const rounds = short ? 3 : 15;
const seconds = short ? 4 : 6;
/** Closed loop, for the run that shows whether the cost grows with the run. */
const longRequests = short ? 60_000 : 1_200_000;
const vus = 100;
const variants: readonly VariantName[] = ['lagline', 'lagline-gc', 'json'];

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const scriptOf = (options: object): string => `import http from 'k6/http';
import { check } from 'k6';
export const options = ${JSON.stringify(options)};
export default function () { check(http.get(__ENV.URL), { ok: (response) => response.status === 200 }); }
`;

/** CPU per request in µs, of all three parties. */
type Costs = { readonly k6: number; readonly own: number; readonly server: number };
type Measured = Costs & { readonly perSecond: number; readonly memoryMb: number };

const readTarget = async (target: ChildProcess): Promise<TargetReading> => {
  target.send('read');
  return ((await once(target, 'message')) as [TargetReading])[0];
};

const ownMicroseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const measure = async (
  name: VariantName,
  target: ChildProcess,
  surroundings: Surroundings,
): Promise<Measured> => {
  const before = await readTarget(target);
  const childrenBefore = endedChildrenMicroseconds();
  const startedMs = performance.now();
  const { pid, done } = await startVariant(name, surroundings);
  const ownBefore = ownMicroseconds();
  let memoryMb = 0;
  const watch = setInterval(() => (memoryMb = peakMemoryMbOf(pid) ?? memoryMb), 250);
  try {
    await done;
  } finally {
    clearInterval(watch);
  }
  const own = ownMicroseconds() - ownBefore;
  const tookMs = performance.now() - startedMs;
  const after = await readTarget(target);
  const requests = after.requests - before.requests;
  return {
    k6: (endedChildrenMicroseconds() - childrenBefore) / requests,
    // What the bench itself does meanwhile is nothing; beside bare k6 it only waits.
    own: name === 'bare' || name === 'json' ? 0 : own / requests,
    server: (after.cpuMicroseconds - before.cpuMicroseconds) / requests,
    perSecond: (requests * 1000) / tookMs,
    memoryMb,
  };
};

const capacityOf = (variant: Costs, bare: readonly Costs[]): number => {
  const bareK6 = bare.reduce((sum, { k6, server }) => sum + k6 / server, 0) / bare.length;
  return (bareK6 + 1) / ((variant.k6 + variant.own) / variant.server + 1) - 1;
};

type Quarter = Costs;

/** Costs in each quarter of a long run, from what the kernel has counted at its bounds. */
const measureLong = async (
  name: VariantName,
  target: ChildProcess,
  surroundings: Surroundings,
): Promise<Quarter[]> => {
  const first = await readTarget(target);
  const { pid, done } = await startVariant(name, surroundings);
  type Bound = {
    readonly requests: number;
    readonly k6: number;
    readonly own: number;
    readonly server: number;
  };
  const bounds: Bound[] = [];
  const ending = { isOver: false };
  const noteEnd = (): void => {
    ending.isOver = true;
  };
  done.then(noteEnd, noteEnd);
  // The first tenth is k6 starting its VUs, and code that is not compiled yet.
  const marks = [0.1, 0.325, 0.55, 0.775, 0.99].map((share) => share * longRequests);
  while (!ending.isOver && bounds.length < marks.length) {
    const now = await readTarget(target);
    const k6 = cpuMicrosecondsOf(pid);
    const requests = now.requests - first.requests;
    if (k6 !== undefined && requests >= (marks[bounds.length] ?? Infinity))
      bounds.push({ requests, k6, own: ownMicroseconds(), server: now.cpuMicroseconds });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await done;
  return bounds.slice(1).map((bound, index) => {
    const before = bounds[index] as Bound;
    const requests = bound.requests - before.requests;
    const per = (part: 'k6' | 'own' | 'server'): number => (bound[part] - before[part]) / requests;
    return { k6: per('k6'), own: name === 'bare' ? 0 : per('own'), server: per('server') };
  });
};

const sortedOf = (values: readonly number[]): number[] => values.toSorted((left, right) => left - right);
const medianOf = (values: readonly number[]): number => {
  const sorted = sortedOf(values);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
};
const percent = (share: number): string => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
const spread = (values: readonly number[]): string => {
  const sorted = sortedOf(values);
  return `${percent(medianOf(values))} (${percent(sorted[0] ?? Number.NaN)} … ${percent(sorted.at(-1) ?? Number.NaN)})`;
};

const sandwiches = async (target: ChildProcess, surroundings: Surroundings): Promise<Goal[]> => {
  const random = createRandom(seed);
  const capacities = new Map(variants.map((name): [VariantName, number[]] => [name, []]));
  const all = new Map<VariantName, Measured[]>([...variants, 'bare' as const].map((name) => [name, []]));
  await measure('bare', target, surroundings);
  let before = await measure('bare', target, surroundings);
  for (let round = 1; round <= rounds; round += 1) {
    const first = random.integer(0, variants.length - 1);
    for (const name of [...variants.slice(first), ...variants.slice(0, first)]) {
      const measured = await measure(name, target, surroundings);
      const after = await measure('bare', target, surroundings);
      capacities.get(name)?.push(capacityOf(measured, [before, after]));
      all.get(name)?.push(measured);
      all.get('bare')?.push(after);
      before = after;
    }
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  const bares = all.get('bare') ?? [];
  const nulls = bares
    .slice(1, -1)
    .map((bare, index) => capacityOf(bare, [bares[index] as Costs, bares[index + 2] as Costs]));
  say(
    `${''.padEnd(12)} requests/s   k6 µs/request  server µs/request   lagline µs/request   k6 memory MB   capacity beside bare`,
  );
  for (const name of ['bare', ...variants] as const) {
    const of = all.get(name) ?? [];
    const median = (part: keyof Measured): string => medianOf(of.map((each) => each[part])).toFixed(1);
    say(
      [
        name.padEnd(12),
        medianOf(of.map(({ perSecond }) => perSecond))
          .toFixed(0)
          .padStart(10),
        median('k6').padStart(15),
        median('server').padStart(19),
        median('own').padStart(20),
        median('memoryMb').padStart(14),
        `   ${spread(name === 'bare' ? nulls : (capacities.get(name) ?? []))}`,
      ].join(''),
    );
  }
  say('bare beside bare is what the method cannot tell from nothing');
  const goal = (name: VariantName, what: string, least: number): Goal => {
    const values = capacities.get(name) ?? [];
    const capacity = 1 + medianOf(values);
    return {
      what: `capacity of bare k6: ${what}`,
      seen: `${capacity.toFixed(3)} (${values.length} sandwiches)`,
      target: `≥ ${least.toFixed(2)}`,
      isMet: capacity >= least,
    };
  };
  const serverOf = (name: VariantName): number => medianOf((all.get(name) ?? []).map(({ server }) => server));
  const shift = serverOf('lagline') / serverOf('bare');
  return [
    {
      // Where the yardstick itself is longer beside one variant, capacities in its units flatter that variant.
      what: "premise: the server's CPU per request beside lagline, of that beside bare k6",
      seen: shift.toFixed(3),
      target: '0.97 to 1.03',
      isMet: Math.abs(shift - 1) <= 0.03,
    },
    goal('lagline', 'timeline and sampling on, default settings', 0.98),
    goal('lagline-gc', "k6's garbage collector relaxed (GOGC=400)", 1),
  ];
};

const growth = async (target: ChildProcess, surroundings: Surroundings): Promise<Goal> => {
  const [bare, lagline] = [
    await measureLong('bare', target, surroundings),
    await measureLong('lagline', target, surroundings),
  ];
  const capacities = lagline.map((quarter, index) => capacityOf(quarter, [bare[index] ?? quarter]));
  say(
    `capacity in the quarters of ${longRequests.toLocaleString('en')} requests: ${capacities.map(percent).join(', ')}`,
  );
  const change = (1 + (capacities.at(-1) ?? Number.NaN)) / (1 + (capacities[0] ?? Number.NaN));
  return {
    what: 'capacity in the last quarter of a long run beside the first',
    seen: change.toFixed(3),
    target: '≥ 0.98',
    isMet: change >= 0.98,
  };
};

await requireIdle();
const context = systemContext();
const [k6, java, kafka] = [
  await k6Tool(context).ensure(),
  await javaTool(context).ensure(),
  await kafkaTool(context).ensure(),
];
const dir = await mkdtemp(join(tmpdir(), 'lagline-overhead-bench-'));
const broker = await startBroker({ dir, java, kafka, guarded: true });
const target = fork(join(import.meta.dirname, 'k6-overhead', 'target.ts'));
try {
  const [{ url }] = (await once(target, 'message')) as [{ url: string }];
  const writer = await connectKafkaWriter(broker.address);
  await writer.createTopic('orders', 3);
  for (const partition of [0, 1, 2]) {
    await writer.produce('orders', partition, 10);
    await writer.commit('workers', 'orders', partition, 5);
  }
  await writer.close();
  const [quick, long] = [join(dir, 'quick.js'), join(dir, 'long.js')];
  await writeFile(quick, scriptOf({ vus, duration: `${seconds}s` }));
  await writeFile(
    long,
    scriptOf({
      scenarios: {
        long: { executor: 'shared-iterations', vus, iterations: longRequests, maxDuration: '10m' },
      },
    }),
  );
  const surroundings = { k6, url, broker: broker.address, group: 'workers' };
  say(
    `seed ${seed} · ${rounds} rounds of ${seconds} s, ${vus} VUs in a closed loop · ${availableParallelism()} processors`,
  );
  const goals = await sandwiches(target, { ...surroundings, script: quick });
  goals.push(await growth(target, { ...surroundings, script: long }));
  process.exitCode = printGoals(goals);
} finally {
  target.disconnect();
  await stopMember(broker);
  await rm(dir, { recursive: true, force: true });
}
