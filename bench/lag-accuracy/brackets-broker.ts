import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LagState } from '../../core/derive/partition-lag.ts';
import { startBroker } from '../../core/stack/broker.ts';
import { stopMember } from '../../core/stack/member.ts';
import { systemContext } from '../../core/tools/context.ts';
import { javaTool } from '../../core/tools/java.ts';
import { kafkaTool } from '../../core/tools/kafka.ts';
import type { Goal } from '../goals.ts';
import type { RealVerdict } from './brackets/judge-real.ts';
import { isWrong, readRealBroker, type RealFigures, type RealMutant } from './brackets/real-broker.ts';
import type { Part } from './part.ts';

/** Lag by bracket against the log of what producers and committers did to a real broker; ten minutes, or 12 s. */
export const bracketsBroker: Part = {
  name: 'brackets-broker',
  run: ({ seed, short, say }) => bracketGoals({ seed, forMs: short ? 12_000 : 600_000, short, say }),
};

type Asked = {
  readonly seed: number;
  readonly forMs: number;
  readonly short: boolean;
  readonly say: (line: string) => void;
};

/** The same for another time. The broker is a new one each time: its topics must not be there yet. */
export const bracketGoals = async ({ seed, forMs, short, say }: Asked): Promise<Goal[]> => {
  const figures = await withBroker((address) => readRealBroker(address, seed, forMs));
  tell(figures, say);
  return [
    ...wrongGoals(figures),
    ...happenedGoals(figures, short),
    ...[...figures.mutants].flatMap(([mutant, verdicts]): Goal[] => {
      if (short && seldomCaught.includes(mutant)) return [];
      const caught = [...verdicts].filter(([verdict]) => isWrong(verdict));
      return [
        {
          what: `brackets, real broker: sees the wrong reader ${mutant}`,
          seen: caught.map(([verdict, times]) => `${verdict} ${times}`).join(', ') || 'not seen',
          target: 'seen',
          isMet: caught.length > 0,
        },
      ];
    }),
  ];
};

const withBroker = async <Result>(use: (address: string) => Promise<Result>): Promise<Result> => {
  const dir = await mkdtemp(join(tmpdir(), 'lagline-brackets-'));
  const [java, kafka] = [await javaTool(systemContext()).ensure(), await kafkaTool(systemContext()).ensure()];
  const broker = await startBroker({ dir: join(dir, 'broker'), java, kafka, guarded: true });
  try {
    return await use(broker.address);
  } finally {
    await stopMember(broker);
    await rm(dir, { recursive: true, force: true });
  }
};

/** A busy machine may commit within no reading of a short run, and be behind the log's start in none. */
const seldomCaught: readonly RealMutant[] = ['committed-once', 'no-log-start'];

const tell = (
  { readings, verdicts, counts, states, events, gaps, wrong }: RealFigures,
  say: Asked['say'],
): void => {
  const list = (all: Iterable<readonly [string, number]>): string =>
    [...all].map(([name, times]) => `${name} ${times}`).join(', ');
  say(`what was done: ${list(Object.entries(counts))}`);
  say(`${readings} readings of a partition: ${list(verdicts)}; ${gaps} gaps`);
  say(`states: ${list(states)}`);
  say(`events: ${list(events)}`);
  for (const line of wrong) say(`wrong: ${line}`);
};

const wrongGoals = ({ verdicts, readings }: RealFigures): Goal[] =>
  (
    [
      ['outside', 'lag outside the interval'],
      ['too-wide', 'wider than what was produced and committed meanwhile'],
      ['wrong-end', 'ends that the log contradicts'],
      ['wrong-state', 'a state that the log contradicts'],
    ] as const satisfies readonly (readonly [RealVerdict, string])[]
  ).map(([verdict, what]) => {
    const seen = verdicts.get(verdict) ?? 0;
    return {
      what: `brackets, real broker: ${what}`,
      seen: `${seen} of ${readings}`,
      target: '0',
      isMet: readings > 0 && seen === 0,
    };
  });

/** A consumer group is not sure to be seen while it rebalances, nor a reset within a reading, in a short run. */
const seldom: readonly LagState[] = ['rebalancing', 'offsets-reset', 'below-log-start'];
const wantedStates: readonly LagState[] = [
  'ok',
  'group-empty',
  'no-commit',
  'open-transaction',
  'markers-only',
  'beyond-log-end',
];
const wantedEvents = ['partitions-added', 'topic-recreated', 'offsets-rewound', 'log-went-back'];

const happenedGoals = ({ counts, states, events }: RealFigures, short: boolean): Goal[] => {
  const missing = [
    ...Object.entries(counts).flatMap(([what, times]) => (times === 0 ? [what] : [])),
    ...[...wantedStates, ...(short ? [] : seldom)].filter((state) => !states.has(state)),
    ...wantedEvents.filter((event) => !events.has(event)),
  ];
  return [
    {
      what: 'brackets, real broker: what should have happened and was not seen',
      seen: missing.length === 0 ? 'none' : missing.join(' '),
      target: 'none',
      isMet: missing.length === 0,
    },
  ];
};
