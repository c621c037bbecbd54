// `npm run -s bench:service-routes`: requests per second of the issue route, with admission in a Redis that writes to
// disk before it answers, beside a bare Fastify route, one with a single Redis write, and such writes without HTTP. The
// relay runs and its records end in the same process: the broker is not what is measured.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { Redis } from 'ioredis';
import { stopMember } from '../core/stack/member.ts';
import { startRedis } from '../core/stack/redis.ts';
import { systemContext } from '../core/tools/context.ts';
import { redisTool } from '../core/tools/redis.ts';
import { benchArguments } from './arguments.ts';
import { printGoals } from './goals.ts';
import { requireIdle } from './idle.ts';
import { createRandom } from './random.ts';
import type { SubjectName } from './routes/subject.ts';

const { seed, short } = benchArguments();
const rounds = short ? 5 : 9;
const seconds = short ? 2 : 5;
const connections = 64;
const target = 0.5;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

type Subject = { readonly name: SubjectName; readonly url: string; readonly child: ChildProcess };
type Figures = { readonly perSecond: number; readonly cpuMicroseconds: number; readonly p99Ms: number };

const titles: Record<SubjectName, string> = {
  bare: 'bare Fastify route',
  redis: 'with one Redis write',
  service: 'issue route',
};

const start = async (name: SubjectName, redisUrl: string): Promise<Subject> => {
  const child = fork(join(import.meta.dirname, 'routes', 'subject.ts'), [name, redisUrl]);
  const [message] = (await once(child, 'message')) as [{ url: string }];
  return { name, url: message.url, child };
};

const cpuOf = async ({ child }: Subject): Promise<number> => {
  child.send('cpu');
  const [message] = (await once(child, 'message')) as [{ cpuMicroseconds: number }];
  return message.cpuMicroseconds;
};

let users = 0;
const measure = async (subject: Subject, duration: number): Promise<Figures> => {
  const cpuBefore = await cpuOf(subject);
  const result = await autocannon({
    url: `${subject.url}/coupons/bench/issue`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    connections,
    duration,
    sampleInt: 100,
    requests: [
      {
        setupRequest: (request) => {
          users += 1;
          request.body = `{"userId":"user-${seed}-${users}"}`;
          return request;
        },
      },
    ],
  });
  const answered = result['2xx'];
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0 || answered === 0)
    throw new Error(`${subject.name}: ${answered} answered, ${failed} failed`);
  return {
    perSecond: answered / result.duration,
    cpuMicroseconds: ((await cpuOf(subject)) - cpuBefore) / answered,
    p99Ms: result.latency.p99,
  };
};

const spread = (values: readonly number[], digits: number): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN).toLocaleString('en', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  return `${at(0.5).padStart(8)}  ${`${at(0)} – ${at(1)}`.padEnd(18)}`;
};
const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Writes per second on one connection, with as many under way as the load generator has connections. */
const roundTrips = async (redis: Redis, duration: number): Promise<number> => {
  const startedMs = performance.now();
  const endMs = startedMs + duration * 1000;
  let answered = 0;
  const writeOn = async (): Promise<void> => {
    while (performance.now() < endMs) {
      users += 1;
      await redis.set(`bench:user-${seed}-${users}`, '1', 'NX');
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, writeOn));
  return (answered * 1000) / (performance.now() - startedMs);
};

const compare = async (subjects: readonly Subject[], redis: Redis): Promise<0 | 1> => {
  const random = createRandom(seed);
  const figures = new Map(subjects.map(({ name }): [SubjectName, Figures[]] => [name, []]));
  const writes: number[] = [];
  for (const subject of subjects) await measure(subject, 2);
  await roundTrips(redis, 1);
  for (let round = 1; round <= rounds; round += 1) {
    const first = random.integer(0, subjects.length - 1);
    const order = [...subjects.slice(first), ...subjects.slice(0, first)];
    for (const subject of round % 2 === 0 ? order : order.toReversed()) {
      figures.get(subject.name)?.push(await measure(subject, seconds));
    }
    writes.push(await roundTrips(redis, seconds));
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  const of = (name: SubjectName): Figures[] => figures.get(name) ?? [];
  /** Of the same round: what slows the machine for a while slows both. */
  const ratios = (name: SubjectName): number[] =>
    of('service').map(({ perSecond }, round) => perSecond / (of(name)[round]?.perSecond ?? Number.NaN));

  say(`${''.padEnd(22)}  median  low – high: requests/s       processor µs/request           p99 ms`);
  for (const { name } of subjects) {
    const columns = [
      spread(
        of(name).map(({ perSecond }) => perSecond),
        0,
      ),
      spread(
        of(name).map(({ cpuMicroseconds }) => cpuMicroseconds),
        1,
      ),
      spread(
        of(name).map(({ p99Ms }) => p99Ms),
        0,
      ),
    ];
    say(`${titles[name].padEnd(22)}${columns.join('  ')}`);
  }
  say(`${'Redis writes alone'.padEnd(22)}${spread(writes, 0)}`);
  const ofWrites = of('service').map(({ perSecond }, round) => perSecond / (writes[round] ?? Number.NaN));
  const [ofBare, ofRedis] = [ratios('bare'), ratios('redis')];
  say('the issue route');
  say(`of the bare route     ${spread(ofBare, 2)}`);
  say(`of one Redis write    ${spread(ofRedis, 2)}`);
  say(`of writes alone       ${spread(ofWrites, 2)}`);
  const [low, high] = [Math.min(...ofRedis), Math.max(...ofRedis)].map((ratio) => ratio.toFixed(2));
  return printGoals([
    {
      what: 'issue route: requests per second, of Fastify with one Redis write',
      seen: `${medianOf(ofRedis).toFixed(2)} (${low} … ${high}); ${medianOf(ofBare).toFixed(2)} of a bare Fastify route, ${medianOf(ofWrites).toFixed(2)} of Redis writes alone`,
      target: `≥ ${target}`,
      isMet: medianOf(ofRedis) >= target,
    },
  ]);
};

await requireIdle();
const redis = await redisTool(systemContext()).ensure();
const dir = await mkdtemp(join(tmpdir(), 'lagline-bench-'));
const member = await startRedis({ dir, redis, guarded: true });
const client = new Redis(member.address);
const subjects: Subject[] = [];
try {
  for (const name of ['bare', 'redis', 'service'] as const) subjects.push(await start(name, member.address));
  say(
    `seed ${seed} · ${rounds} rounds of ${seconds} s, ${connections} connections · appendfsync always · ` +
      `${availableParallelism()} processors, the load generator's among them`,
  );
  process.exitCode = await compare(subjects, client);
} finally {
  for (const { child } of subjects) child.disconnect();
  client.disconnect();
  await stopMember(member);
  await rm(dir, { recursive: true, force: true });
}
