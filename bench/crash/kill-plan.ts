import type { Random } from '../random.ts';

export type Victim = 'api' | 'relay' | 'consumer' | 'redis' | 'broker' | 'postgres';

/** Moments of a process at which a crash is most likely to lose or to double something. */
export const failpoints = {
  'failpoint.admitted': 'api',
  'failpoint.acknowledged': 'relay',
  'failpoint.before-rows': 'consumer',
  'failpoint.rows-committed': 'consumer',
} as const satisfies Record<string, Victim>;
export type Failpoint = keyof typeof failpoints;

/** One kill -9: at a moment drawn by chance, or by the victim itself at the n-th pass of a failpoint. */
export type Kill = {
  readonly victim: Victim;
  readonly at:
    | { readonly kind: 'random'; readonly afterMs: number }
    | { readonly kind: 'failpoint'; readonly name: Failpoint; readonly pass: number };
  /** Killed in the same moment. */
  readonly together: Victim | undefined;
  /** From the kill to the restart. */
  readonly downMs: number;
  /** Redis comes back without its data, once nothing was waiting in it. */
  readonly losesData: boolean;
};

const processes: readonly Victim[] = ['api', 'relay', 'consumer'];
const servers: readonly Victim[] = ['broker', 'redis', 'postgres'];
const names = Object.keys(failpoints) as Failpoint[];
/** Passes to wait for at most: admissions are many, requests to the broker and batches of rows few. */
const longestWait: Record<Failpoint, number> = {
  'failpoint.admitted': 30,
  'failpoint.acknowledged': 3,
  'failpoint.before-rows': 2,
  'failpoint.rows-committed': 2,
};

/**
 * Half of the kills hit a failpoint, in turn, so that each dangerous window is hit. Of the others, at any
 * moment, every third hits a server, in turn, and the others a process of the service. Now and then it is two
 * at once, a longer outage, or a Redis that comes back empty.
 */
export const drawKills = (count: number, random: Random): Kill[] =>
  Array.from({ length: count }, (_, index) => {
    if (index % 2 === 0) {
      const name = names[(index / 2) % names.length] ?? 'failpoint.admitted';
      const at = { kind: 'failpoint', name, pass: random.integer(1, longestWait[name]) } as const;
      return { victim: failpoints[name], at, together: undefined, downMs: 0, losesData: false };
    }
    const server = index % 6 === 3 ? servers[((index - 3) / 6) % servers.length] : undefined;
    const victim = server ?? random.pick(processes);
    const at = { kind: 'random', afterMs: random.integer(50, 600) } as const;
    const isAlone = random.next() >= 0.2;
    const together = isAlone ? undefined : random.pick([...processes, ...servers]);
    return {
      victim,
      at,
      together: together === victim ? undefined : together,
      downMs: random.next() < 0.2 ? random.integer(1_000, 3_000) : random.integer(0, 200),
      losesData: victim === 'redis' && isAlone && index % 4 === 1,
    };
  });
