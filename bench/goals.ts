import { writeFileSync } from 'node:fs';
import { doubtText, type Doubt } from './doubt.ts';
import { doubtsSoFar } from './idle.ts';

/** One figure of a bench beside what it is to reach. */
export type Goal = {
  readonly what: string;
  /** With its unit, and its spread where there is one. */
  readonly seen: string;
  /** As people read it, such as `≤ 100 ms`. */
  readonly target: string;
  readonly isMet: boolean;
};

/** What a bench came to, as the file named by `goalsFile` has it. */
export type GoalsFile = { readonly goals: readonly Goal[]; readonly doubts: readonly Doubt[] };

/** Names, in the environment, a file that gets the figures as JSON beside. */
export const goalsFile = 'LAGLINE_BENCH_GOALS';

/** Prints the figures and the closing line `result: met|missed …`; answers the exit code, 0 only if all are met. */
export const printGoals = (
  goals: readonly Goal[],
  say = (line: string): unknown => console.log(line),
): 0 | 1 => {
  const width = Math.max(...goals.map(({ what }) => what.length));
  for (const { what, seen, target, isMet } of goals)
    say(`${isMet ? 'met   ' : 'missed'}  ${what.padEnd(width)}  ${seen.padStart(12)}   ${target}`);
  const met = goals.filter(({ isMet }) => isMet).length;
  const isMet = goals.length > 0 && met === goals.length;
  const doubts = doubtsSoFar();
  const file = process.env[goalsFile];
  if (file !== undefined) writeFileSync(file, JSON.stringify({ goals, doubts } satisfies GoalsFile));
  const unusable = doubts.length === 0 ? '' : `, not to be used: ${doubts.map(doubtText).join('; ')}`;
  const count = isMet ? `met ${met}` : `missed ${goals.length - met}`;
  say(`result: ${count} of ${goals.length}${unusable}`);
  return isMet ? 0 : 1;
};
