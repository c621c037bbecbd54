// `npm run -s bench:lag-accuracy`: how far lagline's figures of lag, latency and drain are from the truth.
// `--only <part>` runs one part. The figures are differences of numbers, not of speed: a busy machine does not spoil them.
import { benchArguments } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { parts } from './lag-accuracy/parts.ts';

const { seed, short, rest } = benchArguments({ values: ['only'] });
const only = rest['only'];
const chosen = only === undefined ? parts : parts.filter(({ name }) => name === only);
if (chosen.length === 0) {
  const names = parts.map(({ name }) => name).join(', ');
  console.error(`--only '${only}' is no part of this bench: name one of ${names}`);
  process.exit(2);
}
console.log(`seed ${seed}${short ? ', short form' : ''}`);
const goals: Goal[] = [];
for (const { name, run } of chosen) {
  console.log(`\n${name}`);
  goals.push(...(await run({ seed, short, say: console.log })));
}
console.log('');
process.exitCode = printGoals(goals);
