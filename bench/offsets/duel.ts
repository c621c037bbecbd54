import type { Goal } from '../goals.ts';
import { digits, medianOf, spreadOf } from '../statistics.ts';
import type { Contestant } from './contestant.ts';

export type DuelOptions = {
  readonly rounds: number;
  /** Samples of each contestant in a round; the median counts. */
  readonly samples: number;
  /** Whether a round before the first compiles and warms up, and counts for nothing. */
  readonly warmsUp: boolean;
  readonly expected: { readonly lag: number; readonly groupPartitions: number };
};

export type Timed = { readonly name: string; readonly roundsMs: readonly number[] };

/** Lets all read the same in turn, every other round the other way round. Throws where one read something else. */
export const duel = async (
  contestants: readonly Contestant[],
  { rounds, samples, warmsUp, expected }: DuelOptions,
): Promise<Timed[]> => {
  const times = new Map(contestants.map(({ name }): [string, number[]] => [name, []]));
  for (let round = warmsUp ? 0 : 1; round <= rounds; round += 1) {
    for (const contestant of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const took: number[] = [];
      for (let index = 0; index < samples; index += 1) {
        const startedMs = performance.now();
        const seen = await contestant.sample();
        took.push(performance.now() - startedMs);
        if (seen.lag !== expected.lag || seen.groupPartitions !== expected.groupPartitions)
          throw new Error(
            `${contestant.name} read a lag of ${seen.lag} on ${seen.groupPartitions}, not ${expected.lag} on ${expected.groupPartitions}`,
          );
      }
      if (round > 0) times.get(contestant.name)?.push(medianOf(took));
    }
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  return [...times].map(([name, roundsMs]) => ({ name, roundsMs }));
};

const ratios = (one: Timed, other: Timed): number[] =>
  one.roundsMs.map((ms, round) => ms / (other.roundsMs[round] ?? Number.NaN));

/** How often our time goes into another's, round by round. */
export const fasterGoal = (ours: Timed, theirs: Timed, least: number): Goal => {
  const times = ratios(theirs, ours);
  return {
    what: `one sample: times faster than ${theirs.name}`,
    seen: `${spreadOf(times, digits(1))}×`,
    target: `≥ ${least}×`,
    isMet: medianOf(times) >= least,
  };
};

export const withinGoal = (ours: Timed, bound: Timed, most: number): Goal => {
  const shares = ratios(ours, bound);
  return {
    what: `one sample: time in that of ${bound.name}`,
    seen: `${spreadOf(shares, digits(2))}×`,
    target: `≤ ${most}×`,
    isMet: medianOf(shares) <= most,
  };
};
