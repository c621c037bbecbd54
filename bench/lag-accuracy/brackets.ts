import type { LagState } from '../../core/derive/partition-lag.ts';
import { lagStates } from '../../core/report-document.ts';
import type { Goal } from '../goals.ts';
import type { Part } from './part.ts';
import { judge, type Wrong } from './brackets/judge.ts';
import { readHistory, type Mutant } from './brackets/read-history.ts';

type Tally = {
  readings: number;
  blind: number;
  blindOutside: number;
  readonly wrong: Map<Wrong, number>;
  readonly states: Map<LagState, number>;
};

const mutants: readonly Mutant[] = [
  'end-before-committed',
  'committed-once',
  'no-watermark',
  'no-log-start',
  'no-group-state',
];

const count = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

const play = async (histories: number, seed: number, mutant?: Mutant): Promise<Tally> => {
  const tally: Tally = { readings: 0, blind: 0, blindOutside: 0, wrong: new Map(), states: new Map() };
  for (let history = 0; history < histories; history += 1) {
    for (const seen of await readHistory(seed * 1_000_003 + history, mutant)) {
      const { lag, wrong, isBlind } = judge(seen);
      tally.readings += 1;
      count(tally.states, lag.state);
      if (isBlind) {
        tally.blind += 1;
        if (wrong !== undefined) tally.blindOutside += 1;
      } else if (wrong !== undefined) count(tally.wrong, wrong);
    }
  }
  return tally;
};

/** Lag by bracket against a model of the log, in generated histories; and readers that are wrong on purpose. */
export const brackets: Part = {
  name: 'brackets',
  run: async ({ seed, short, say }) => {
    const histories = short ? 500 : 10_000;
    const tally = await play(histories, seed);
    say(`${histories} histories, ${tally.readings} readings of a partition`);
    for (const [state, readings] of tally.states) say(`  ${state.padEnd(18)} ${readings}`);
    say(
      `left out: set back and forward again between the two looks at the commits, ${tally.blind} readings, ${tally.blindOutside} of them wrong`,
    );
    const goals: Goal[] = (
      [
        ['truth-outside', 'truth outside the interval'],
        ['too-wide', 'wider than what was produced and committed meanwhile'],
        ['negative', 'negative or turned round'],
        ['wrong-state', 'a state that the model is not in'],
      ] as const
    ).map(([wrong, what]) => {
      const seen = tally.wrong.get(wrong) ?? 0;
      return {
        what: `brackets: ${what}`,
        seen: `${seen} of ${tally.readings - tally.blind}`,
        target: '0',
        isMet: seen === 0,
      };
    });
    const missing = lagStates.filter((state) => !tally.states.has(state));
    goals.push({
      what: 'brackets: states that no history came to',
      seen: missing.length === 0 ? 'none' : missing.join(' '),
      target: 'none',
      isMet: missing.length === 0,
    });
    for (const mutant of mutants) {
      const { wrong } = await play(Math.min(histories, 500), seed, mutant);
      const caught = [...wrong].map(([what, times]) => `${what} ${times}`).join(', ');
      say(`reader that is wrong on purpose, ${mutant}: ${caught || 'not seen'}`);
      goals.push({
        what: `brackets: sees the wrong reader ${mutant}`,
        seen: wrong.size > 0 ? 'seen' : 'not seen',
        target: 'seen',
        isMet: wrong.size > 0,
      });
    }
    return goals;
  },
};
