// `npm run -s bench:clock`: how late lagline's ticks are while k6 saturates all processors, with k6 at two priorities.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { benchArguments } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { requireIdle } from './idle.ts';
import { startVariant } from './k6-overhead/variants.ts';
import { inWorld, scriptOf, vus } from './k6-overhead/world.ts';
import { digits, medianOf, quantileOf } from './statistics.ts';

const { seed, short } = benchArguments();
const seconds = short ? 15 : 150;
const limitMs = 10;

await requireIdle();
await inWorld(async ({ dir, target, surroundings }) => {
  const script = join(dir, 'saturate.js');
  await writeFile(script, scriptOf({ vus, duration: `${seconds}s` }));
  process.stdout.write(
    `seed ${seed} · ticks of 1 s in the process that receives k6's pushes, for ${seconds} s; ${vus} VUs in a closed loop · ${availableParallelism()} processors\n`,
  );
  const goals: Goal[] = [];
  for (const niceness of [0, 10]) {
    const lateMs: number[] = [];
    const before = await target.read();
    const { done } = await startVariant('lagline', {
      ...surroundings,
      script,
      ...(niceness === 0 ? {} : { niceness }),
      onTick: (ms) => lateMs.push(ms),
    });
    await done;
    const perSecond = ((await target.read()).requests - before.requests) / seconds;
    const p99 = quantileOf(lateMs, 0.99);
    goals.push({
      what: `ticks late, p99 of ${lateMs.length}, k6 at niceness ${niceness} with ${digits(0)(perSecond)} requests/s`,
      seen: `${digits(1)(p99)} ms (median ${digits(1)(medianOf(lateMs))}, most ${digits(1)(Math.max(...lateMs))})`,
      target: `≤ ${limitMs} ms`,
      isMet: p99 <= limitMs,
    });
  }
  process.exitCode = printGoals(goals);
});
