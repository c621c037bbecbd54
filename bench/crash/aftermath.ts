import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Clients } from './clients.ts';
import type { Deployment } from './deployment.ts';
import type { Aftermath, Issue } from './invariants.ts';
import type { Servers } from './servers.ts';

/** What the service says of itself at its end; used for what only it counts, never for the verdict. */
export type OwnCount = {
  readonly unrelayed: number;
  readonly produced: number;
  readonly consumed: number;
  readonly deadLettered: number;
  readonly drained: boolean;
  readonly lost: number | null;
  readonly phantom: number | null;
};

/** Waits until nothing is on its way, or the time is over, and answers the last count. */
export const untilQuiet = async (deployment: Deployment, quietWithinMs: number): Promise<OwnCount> => {
  const deadlineMs = performance.now() + quietWithinMs;
  for (;;) {
    const count = await ownCount(deployment).catch(() => undefined);
    if (count?.drained === true) return count;
    if (performance.now() > deadlineMs) {
      if (count !== undefined) return count;
      throw new Error(`the service gave no count within ${quietWithinMs / 1000} s`);
    }
    await sleep(200);
  }
};

const ownCount = async (deployment: Deployment): Promise<OwnCount> => {
  const answer = await fetch(`${deployment.address('api')}/integrity/${deployment.eventId}`, {
    signal: AbortSignal.timeout(20_000),
  });
  if (!answer.ok) throw new Error(`GET /integrity: HTTP ${answer.status}`);
  return (await answer.json()) as OwnCount;
};

/** Reads rows and ledger from Postgres and Redis themselves, past the service. */
export const readAftermath = async (
  { servers, deployment, storeUrl }: { servers: Servers; deployment: Deployment; storeUrl: string },
  { clients, count, isSoldOut }: { clients: Clients; count: OwnCount; isSoldOut: boolean },
): Promise<Aftermath> => ({
  stock: deployment.stock,
  told: clients.told,
  rows: await readRows(storeUrl, deployment.eventId),
  ledger: await readLedger(servers.address('redis'), deployment.eventId),
  unrelayed: count.unrelayed,
  uncommitted: count.drained ? 0 : 1,
  isSoldOut,
});

const readRows = async (storeUrl: string, eventId: string): Promise<Issue[]> => {
  const client = new pg.Client({ connectionString: storeUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Issue>(
      `SELECT issue_id AS "issueId", user_id AS "userId", serial::float8 AS serial
       FROM coupons WHERE event_id = $1`,
      [eventId],
    );
    return rows;
  } finally {
    await client.end();
  }
};

const readLedger = async (url: string, eventId: string): Promise<Omit<Issue, 'issueId'>[]> => {
  const redis = new Redis(url);
  try {
    const held = await redis.hgetall(`coupon:{${eventId}}:users`);
    return Object.entries(held).map(([userId, value]) => ({
      userId,
      serial: Number(value.split(':')[0]),
    }));
  } finally {
    redis.disconnect();
  }
};
