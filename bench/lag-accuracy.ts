// `npm run -s bench:lag-accuracy`: how far lagline's figures of lag, latency and drain are from the truth.
// `--only <parts>` runs some of its parts. The figures are differences of numbers, not of speed: a busy machine does not spoil them.
import { benchArguments, chosenParts } from './arguments.ts';
import { printGoals, type Goal } from './goals.ts';
import { parts } from './lag-accuracy/parts.ts';

const { seed, short, rest } = benchArguments({ values: ['only'] });
const names = chosenParts(
  rest['only'],
  parts.map(({ name }) => name),
);
const chosen = parts.filter(({ name }) => names.includes(name));
console.log(`seed ${seed}${short ? ', short form' : ''}`);
const goals: Goal[] = [];
for (const { name, run } of chosen) {
  console.log(`\n${name}`);
  goals.push(...(await run({ seed, short, say: console.log })));
}
console.log('');
process.exitCode = printGoals(goals);
