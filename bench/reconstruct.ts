// `npm run -s bench:reconstruct`: a run of a million messages is sampled while it happens and rebuilt afterwards by
// `lagline reconstruct` from the broker's own logs. The figures are differences of numbers; only the time to rebuild, which
// is far from its limit, knows of a busy machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../core/stack/broker.ts';
import { stopMember } from '../core/stack/member.ts';
import { systemContext } from '../core/tools/context.ts';
import { javaTool } from '../core/tools/java.ts';
import { kafkaTool } from '../core/tools/kafka.ts';
import { benchArguments } from './arguments.ts';
import { printGoals } from './goals.ts';
import { compareRebuilt } from './reconstruct/compare.ts';
import { rebuild } from './reconstruct/rebuild.ts';
import { rehearse } from './reconstruct/rehearse.ts';

const { seed, short } = benchArguments();
const messages = short ? 60_000 : 1_000_000;
const produceMs = short ? 2_000 : 30_000;
console.log(`seed ${seed}${short ? ', short form' : ''}: ${messages} messages`);
const dir = await mkdtemp(join(tmpdir(), 'lagline-reconstruct-'));
const [java, kafka] = [await javaTool(systemContext()).ensure(), await kafkaTool(systemContext()).ensure()];
const broker = await startBroker({ dir: join(dir, 'broker'), java, kafka, guarded: true });
try {
  const run = { group: 'billing', topic: 'orders', partitions: 4 };
  const sampled = await rehearse({
    ...run,
    broker: broker.address,
    messages,
    produceMs,
    consumePerSecond: messages / (produceMs / 1000) / (short ? 1 : 2.5),
    commitEveryMs: 250,
    // Commits come in steps: beside a small backlog the step that one reading has and another has not would be large.
    stallMs: short ? produceMs + 2_500 : 0,
  });
  const rebuilt = await rebuild({ ...run, ...sampled, broker: broker.address, out: join(dir, 'runs') });
  process.exitCode = printGoals(compareRebuilt(sampled.record, rebuilt, messages));
} finally {
  await stopMember(broker);
  await rm(dir, { recursive: true, force: true });
}
