// `npm run -s soak:crash -- --kills N --seed S`: kills parts of the reference service and its servers under load.
// With --mutants, each guard is taken out in turn, and the crashes that it guards against must be noticed.
import { join } from 'node:path';
import { benchArguments, wholeNumber } from '../arguments.ts';
import { createRandom } from '../random.ts';
import { brokenIn } from './invariants.ts';
import { drawKills } from './kill-plan.ts';
import { mutants, rehearseMutant, removeMutants } from './mutants.ts';
import { rehearse, type Rehearsal } from './rehearsal.ts';
import { startServers, type Servers } from './servers.ts';

const { seed, short, rest, switches } = benchArguments({ values: ['kills'], switches: ['mutants'] });
const random = createRandom(seed);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const list = (facts: Readonly<Record<string, number>>): string =>
  Object.entries(facts)
    .map(([name, count]) => `${name} ${count}`)
    .join(' · ');

const print = ({ violations, byVictim, byFailpoint, wipes, poison, ...seen }: Rehearsal): void => {
  const lines: [string, string][] = [
    ['kills', `${seen.kills} with SIGKILL: ${list(byVictim)}`],
    ['inside a dangerous window', list(byFailpoint)],
    ['Redis without its data', String(wipes)],
    ['answers', list(seen.outcomes)],
    ['never answered, yet issued', `${seen.answersLost} users`],
    ['records sent more than once', String(seen.copies)],
    ['dedupe hits of the store', `at least ${seen.dedupes}`],
    ['poison', `${poison.sent} sent, ${poison.deadLettered} dead-lettered`],
    ['rows', String(seen.rows)],
    ['violations', list(violations)],
  ];
  for (const [name, text] of lines) say(`${name.padEnd(28)} ${text}`);
};

const soak = async (servers: Servers): Promise<boolean> => {
  const kills = rest['kills'] === undefined ? (short ? 20 : 200) : wholeNumber('--kills', rest['kills']);
  say(`seed ${seed}, ${kills} kills`);
  const startedMs = performance.now();
  const result = await rehearse({
    servers,
    name: 'crash',
    kills: drawKills(kills, random),
    random,
    couponsPerKill: 60,
    onKill: (line) => process.stderr.write(`${line}\n`),
  });
  print(result);
  const { lost, duplicate, oversold, phantom } = result.violations;
  const isMet =
    brokenIn(result.violations).length === 0 &&
    result.isSoldOut &&
    result.dedupes > 0 &&
    result.own.lost === 0 &&
    result.own.phantom === 0;
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  say(
    `result: ${isMet ? 'met' : 'missed'} ${kills} kills, ${lost} lost, ${duplicate} duplicate, ${oversold} oversold, ` +
      `${phantom} phantom, ${result.dedupes} dedupe hits, ${seconds} s`,
  );
  return isMet;
};

const tryMutants = async (servers: Servers): Promise<boolean> => {
  const root = join(import.meta.dirname, '..', '..');
  say(`seed ${seed}, ${mutants.length} guards taken out in turn`);
  let red = 0;
  try {
    for (const mutant of mutants) {
      const { violations, byFailpoint } = await rehearseMutant(mutant, { root, servers, random });
      const broken = brokenIn(violations);
      const isRed = mutant.breaks.some((name) => violations[name] > 0);
      if (isRed) red += 1;
      say(
        `${isRed ? 'red  ' : 'GREEN'} without ${mutant.without}: ${broken.join(', ')} (${list(byFailpoint)})`,
      );
    }
  } finally {
    await removeMutants(root);
  }
  say(`result: ${red === mutants.length ? 'met' : 'missed'} ${red} of ${mutants.length} red`);
  return red === mutants.length;
};

const servers = await startServers();
try {
  process.exitCode = (await (switches.has('mutants') ? tryMutants(servers) : soak(servers))) ? 0 : 1;
} finally {
  await servers.stop();
}
