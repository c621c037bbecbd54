import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';

/** What a user was told, over all of its requests. */
export type Told = {
  /** The coupon of a 202, or of a 409 that says it exists. */
  promise: { readonly issueId: string } | undefined;
  /** A request whose answer is missing, or is that the outcome is not known. */
  hasUnknown: boolean;
  /** Definite refusals: nothing was taken for this user by that request. */
  refusals: number;
};

export type Clients = {
  readonly told: ReadonlyMap<string, Told>;
  /** Users with a promise. */
  promised(): number;
  counts(): Readonly<Record<string, number>>;
  /** Lets so many users be promised coupons in total; beyond it only known users ask. */
  allow(users: number): void;
  /** Nobody asks until `go`; resolves when no request is under way. */
  pause(): Promise<void>;
  go(): void;
  stop(): Promise<void>;
};

export type ClientsOptions = {
  /** Asked for each request: the address may not change, but a restart may be under way. */
  readonly url: () => string;
  readonly random: Random;
  readonly workers: number;
  /** Between two requests of a worker. */
  readonly thinkMs: number;
};

const answerWithinMs = 8_000;
const repeatShare = 0.15;

/**
 * Workers that each ask for coupons one after the other, some of them for users who have asked before, and
 * keep what every user was told, as in a history of operations: done, refused or unknown.
 */
export const startClients = ({ url, random, workers, thinkMs }: ClientsOptions): Clients => {
  const told = new Map<string, Told>();
  const users: string[] = [];
  const counts: Record<string, number> = {};
  let allowed = 0;
  let promised = 0;
  const stopping = new AbortController();
  const underWay = new Set<string>();
  let isPaused = false;

  const chooseUser = (): string | undefined => {
    const mayBeNew = promised + underWay.size < allowed;
    if (users.length > 0 && (!mayBeNew || random.next() < repeatShare)) return random.pick(users);
    if (!mayBeNew) return undefined;
    const user = `user-${users.length + 1}`;
    users.push(user);
    told.set(user, { promise: undefined, hasUnknown: false, refusals: 0 });
    return user;
  };
  const ask = async (user: string): Promise<void> => {
    const history = told.get(user);
    if (history === undefined) return;
    const outcome = await request(url(), user);
    counts[outcome.kind] = (counts[outcome.kind] ?? 0) + 1;
    if (outcome.issueId !== undefined) {
      if (history.promise === undefined) promised += 1;
      history.promise ??= { issueId: outcome.issueId };
    } else if (outcome.kind === 'unknown') {
      history.hasUnknown = true;
    } else {
      history.refusals += 1;
    }
  };
  const work = async (name: number): Promise<void> => {
    while (!stopping.signal.aborted) {
      const user = isPaused ? undefined : chooseUser();
      if (user !== undefined) {
        const request = `${name} ${user}`;
        underWay.add(request);
        await ask(user);
        underWay.delete(request);
      }
      await sleep(thinkMs);
    }
  };
  const working = Array.from({ length: workers }, (_, index) => work(index));

  return {
    told,
    promised: () => promised,
    counts: () => counts,
    allow: (count) => {
      allowed = count;
    },
    pause: async () => {
      isPaused = true;
      while (underWay.size > 0) await sleep(10);
    },
    go: () => {
      isPaused = false;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(working);
    },
  };
};

type Outcome = { readonly kind: string; readonly issueId?: string };

const request = async (url: string, userId: string): Promise<Outcome> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId }),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const body = (await response.json()) as { code?: string; issueId?: string };
    if (response.status === 202 || response.status === 409) {
      return { kind: response.status === 202 ? 'accepted' : 'duplicate', issueId: body.issueId ?? '' };
    }
    return { kind: response.status === 503 || response.status < 500 ? (body.code ?? 'unknown') : 'unknown' };
  } catch (error) {
    // Refused before anything was sent: certainly nothing happened. Everything else is not known.
    return { kind: isConnectionRefused(error) ? 'not_reached' : 'unknown' };
  }
};

const isConnectionRefused = (error: unknown): boolean =>
  error instanceof Error &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'ECONNREFUSED';
