// `npm run -s bench:k6-overhead`: what lagline's timeline and sampling cost k6 at saturation, beside bare k6.
//
// Requests per second swing too much on shared machines to show 2 %. Each run of a variant stands between two bare ones,
// and CPU of k6 per request is divided by that of the server in the same run, which does the same work for each request.
// Capacity is the change of throughput of the whole machine where it is bound by CPU:
// (k6 bare + server) / (k6 + lagline + server) - 1, each per request and in units of the server's.
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
import { benchArguments, wholeNumber } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { requireIdle } from './idle.ts';
import { growthGoal } from './k6-overhead/growth.ts';
import {
  keepSandwiches,
  measureSandwiches,
  printSandwiches,
  sandwichGoals,
} from './k6-overhead/sandwiches.ts';
import { startTarget } from './k6-overhead/target.ts';
import { truthGoals } from './k6-overhead/truth.ts';
import { createRandom } from './random.ts';

// A full form may be made in slices: `--only sandwiches --rounds 5 --keep <file>` adds to what the file keeps.
const { seed, short, rest } = benchArguments({ values: ['only', 'rounds', 'keep'] });
const parts = ['sandwiches', 'growth', 'truth'] as const;
const wanted =
  rest['only'] === undefined ? parts : parts.filter((part) => rest['only']?.split(',').includes(part));
const rounds = rest['rounds'] === undefined ? (short ? 3 : 15) : wholeNumber('--rounds', rest['rounds']);
const seconds = short ? 4 : 6;
/** Closed loop, for the run that shows whether the cost grows with the run. */
const longRequests = short ? 60_000 : 1_200_000;
const vus = 100;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const scriptOf = (options: object): string => `import http from 'k6/http';
import { check } from 'k6';
export const options = ${JSON.stringify(options)};
export default function () { check(http.get(__ENV.URL), { ok: (response) => response.status === 200 }); }
`;

await requireIdle();
const context = systemContext();
const [k6, java, kafka] = [
  await k6Tool(context).ensure(),
  await javaTool(context).ensure(),
  await kafkaTool(context).ensure(),
];
const dir = await mkdtemp(join(tmpdir(), 'lagline-overhead-bench-'));
const target = await startTarget(dir);
const broker = await startBroker({ dir, java, kafka, guarded: true });
try {
  const writer = await connectKafkaWriter(broker.address);
  await writer.createTopic('orders', 3);
  for (const partition of [0, 1, 2]) {
    await writer.produce('orders', partition, 10);
    await writer.commit('workers', 'orders', partition, 5);
  }
  await writer.close();
  const [quick, long] = [join(dir, 'quick.js'), join(dir, 'long.js')];
  await writeFile(quick, scriptOf({ vus, duration: `${seconds}s` }));
  const scenario = { executor: 'shared-iterations', vus, iterations: longRequests, maxDuration: '10m' };
  await writeFile(long, scriptOf({ scenarios: { long: scenario } }));
  const surroundings = { k6, url: target.url, broker: broker.address, group: 'workers' };
  say(
    `seed ${seed} · ${rounds} rounds of ${seconds} s, ${vus} VUs in a closed loop · ${availableParallelism()} processors`,
  );
  const goals: Goal[] = [];
  if (wanted.includes('sandwiches')) {
    const fresh = await measureSandwiches(rounds, createRandom(seed), target, {
      ...surroundings,
      script: quick,
    });
    const all = rest['keep'] === undefined ? fresh : keepSandwiches(rest['keep'], fresh);
    printSandwiches(all, say);
    goals.push(...sandwichGoals(all));
  }
  if (wanted.includes('growth'))
    goals.push(await growthGoal(longRequests, target, { ...surroundings, script: long }, say));
  if (wanted.includes('truth')) goals.push(...(await truthGoals({ k6, dir, seconds: short ? 8 : 30 }, say)));
  process.exitCode = printGoals(goals);
} finally {
  await target.stop();
  await stopMember(broker);
  await rm(dir, { recursive: true, force: true });
}
