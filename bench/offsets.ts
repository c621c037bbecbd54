// `npm run -s bench:offsets`: offsets of many groups on a real broker, read by lagline and by others side by side.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../core/stack/broker.ts';
import { stopMember } from '../core/stack/member.ts';
import { systemContext } from '../core/tools/context.ts';
import { javaTool } from '../core/tools/java.ts';
import { kafkaTool } from '../core/tools/kafka.ts';
import { asInstalled } from './as-installed.ts';
import { benchArguments, chosenParts, wholeNumber } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { requireIdle } from './idle.ts';
import { bareClient } from './offsets/bare-client.ts';
import { commandClient } from './offsets/command-client.ts';
import { duel, fasterGoal, withinGoal, type Timed } from './offsets/duel.ts';
import { fillBroker } from './offsets/fill-broker.ts';
import { kafkajsClient } from './offsets/kafkajs-client.ts';
import { laglineClient } from './offsets/lagline-client.ts';
import { samplerClient } from './offsets/sampler-client.ts';
import { lagOf, type Scale } from './offsets/scale.ts';
import { tickGoals } from './offsets/ticks.ts';
import { digits, spreadOf } from './statistics.ts';

const { seed, short, rest } = benchArguments({ values: ['only', 'minutes'] });
const wanted = chosenParts(rest['only'], ['duel', 'ticks']);
const scale: Scale = short
  ? { topics: 10, partitions: 20, groups: 100, recordsPerPartition: 8 }
  : { topics: 100, partitions: 100, groups: 1000, recordsPerPartition: 8 };
const tickSeconds =
  rest['minutes'] === undefined ? (short ? 15 : 600) : 60 * wholeNumber('--minutes', rest['minutes']);

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const sayTimes = ({ name, roundsMs }: Timed): unknown =>
  say(`${name.padEnd(28)} ${spreadOf(roundsMs, digits(1))} ms`);

const compare = async (address: string, java: string, kafka: string): Promise<Goal[]> => {
  const expected = { lag: lagOf(scale), groupPartitions: scale.groups * scale.partitions };
  const [bare, lagline, kafkajs, everything] = [
    await bareClient(address, scale),
    await laglineClient(address, scale),
    await kafkajsClient(address, scale),
    await samplerClient(address),
  ];
  const quick = await duel([bare, lagline, kafkajs, everything], {
    rounds: short ? 3 : 7,
    samples: 8,
    warmsUp: true,
    expected,
  });
  quick.forEach(sayTimes);
  const slow = await duel([lagline, commandClient(address, java, kafka)], {
    rounds: short ? 1 : 3,
    samples: 1,
    warmsUp: false,
    expected,
  });
  slow.slice(1).forEach(sayTimes);
  await Promise.all([bare, lagline, kafkajs, everything].map((each) => each.close()));
  const [bareTimes, ours, admin] = quick as [Timed, Timed, Timed];
  const [oursBeside, command] = slow as [Timed, Timed];
  return [
    fasterGoal(oursBeside, command, short ? 20 : 200),
    fasterGoal(ours, admin, short ? 2 : 5),
    withinGoal(ours, bareTimes, short ? 4 : 1.5),
  ];
};

await requireIdle();
const context = systemContext();
const [java, kafka] = [await javaTool(context).ensure(), await kafkaTool(context).ensure()];
const dir = await mkdtemp(join(tmpdir(), 'lagline-offsets-bench-'));
const broker = await startBroker({ dir, java, kafka, guarded: true, heapMb: 2048 });
try {
  say(
    `seed ${seed} · ${scale.topics} topics of ${scale.partitions} partitions, ${scale.groups} groups, ${(scale.groups * scale.partitions).toLocaleString('en')} committed offsets · ${availableParallelism()} processors`,
  );
  await fillBroker(broker.address, scale);
  const goals: Goal[] = [];
  if (wanted.includes('duel')) goals.push(...(await compare(broker.address, java.path, kafka.path)));
  if (wanted.includes('ticks'))
    goals.push(
      ...(await asInstalled((programOf) =>
        tickGoals(
          { address: broker.address, dir, program: programOf('offsets/ticker'), scale, seconds: tickSeconds },
          say,
        ),
      )),
    );
  process.exitCode = printGoals(goals);
} finally {
  await stopMember(broker);
  await rm(dir, { recursive: true, force: true });
}
