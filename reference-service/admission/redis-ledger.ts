import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSettings } from '../config.ts';
import type { Coupon } from '../coupon.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { LedgerSources } from '../ports.ts';
import { formatHeld, parseHeld } from './held-coupon.ts';
import { infoValue } from './redis-client.ts';
import type { Redis } from './redis-client.ts';
import { OUTBOX_GROUP, scriptKeys } from './redis-keys.ts';
import type { EventKeys } from './redis-keys.ts';
import { OPEN } from './redis-scripts.ts';

const CHECK_EVERY_MS = 1_000;
const RETRY_AFTER_MS = 500;
const LOCK_MS = 60_000;
const SCAN_COUNT = 5_000;

/** Whether the ledger in Redis can be relied on, and the work to make it so. */
export type RedisLedger = {
  /** The Redis process for which the ledger is complete; undefined while nobody may be admitted. */
  runId(): string | undefined;
  /** Why nobody may be admitted; undefined if somebody may. */
  obstacle(): string | undefined;
  /** Closes at once, until the ledger was looked at again. */
  doubt(reason: string): void;
  stop(): Promise<void>;
};

export type RedisLedgerParts = {
  readonly client: Redis;
  readonly keys: EventKeys;
  readonly event: EventSettings;
  readonly instanceId: string;
  readonly sources: LedgerSources;
  /** Whether this process builds the ledger anew; others wait until it is there. */
  readonly rebuilds: boolean;
  readonly logger: Logger;
};

/**
 * Keeps admission closed from the moment the connection to Redis is lost until the ledger is known to be
 * complete. A Redis that is still the process it was has lost nothing. A restarted one may have, whatever
 * it was told to keep on disk: then the ledger is compared with the store and with the unread part of the
 * topic first.
 */
export function keepRedisLedger(parts: RedisLedgerParts): RedisLedger {
  const { client, keys, event, logger } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  let runId: string | undefined;
  let reason = 'the ledger in Redis has not been looked at yet';
  /** Rises with every doubt: what was found out before one is of no worth after it. */
  let doubts = 0;

  const doubt = (why: string): void => {
    runId = undefined;
    reason = why;
    doubts += 1;
  };
  client.on('close', () => doubt('Redis cannot be reached'));

  const look = async (): Promise<void> => {
    if (client.status !== 'ready') return;
    const doubtsBefore = doubts;
    const current = infoValue(await client.info('server'), 'run_id');
    if (current === undefined) throw new Error('Redis does not say its run_id');
    const known = await client.hget(keys.event, 'runId');
    if (known !== current) {
      runId = undefined;
      reason = 'the ledger is being compared with store and topic after a restart of Redis';
      if (!parts.rebuilds || !(await rebuild(parts, current, signal))) return;
    } else if (runId === undefined) {
      // The sale may have been started anew with other settings since the ledger was opened.
      await writeSettings(client, keys, event);
    }
    // A connection that was lost meanwhile leads to another process, perhaps.
    if (doubts === doubtsBefore && !signal.aborted) runId = current;
  };

  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await look();
      } catch (error) {
        if (!signal.aborted) logger.warn({ reason: messageOf(error) }, 'the ledger could not be looked at');
      }
      const pauseMs = runId === undefined ? RETRY_AFTER_MS : CHECK_EVERY_MS;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const watching = watch();

  return {
    runId: () => runId,
    obstacle: () => (runId === undefined ? reason : undefined),
    doubt,
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

async function writeSettings(client: Redis, keys: EventKeys, event: EventSettings): Promise<void> {
  const { stock, opensAtMs = '', closesAtMs = '' } = event;
  await client.hset(keys.event, { stock, opensAtMs, closesAtMs });
}

/** False if another process does it at this moment. */
async function rebuild(parts: RedisLedgerParts, runId: string, signal: AbortSignal): Promise<boolean> {
  const { client, keys, event, instanceId, sources, logger } = parts;
  if (!(await takeLock(client, keys, instanceId))) return false;
  const renewal = setInterval(() => {
    client.pexpire(keys.rebuilding, LOCK_MS).catch(() => undefined);
  }, LOCK_MS / 4);
  try {
    const startedMs = performance.now();
    await sources.quiesce();
    await createGroup(client, keys);
    const unread = await sources.unread();
    let rows = 0;
    for await (const coupons of sources.stored()) {
      signal.throwIfAborted();
      if (coupons.length === 0) continue;
      rows += coupons.length;
      // A row is what was really issued: it wins over whatever the ledger says.
      await client.hset(keys.users, ...fieldsOf(coupons));
    }
    const missing = unread.filter(({ eventId }) => eventId === event.id);
    await addMissing(client, keys, missing);
    await writeSettings(client, keys, event);
    const { highest, gaps } = await serialsInUse(client, keys);
    const found = `${keys.freed}:${randomUUID()}`;
    await pushAll(client, found, gaps);
    await client.eval(OPEN, 5, ...scriptKeys(keys), found, runId, highest);
    const tookMs = Math.round(performance.now() - startedMs);
    logger.warn({ rows, unread: missing.length, highest, free: gaps.length, tookMs }, 'rebuilt the ledger');
    return true;
  } finally {
    clearInterval(renewal);
    await client.del(keys.rebuilding).catch(() => undefined);
  }
}

/** A predecessor under our name that died while it rebuilt no longer needs its lock. */
async function takeLock(client: Redis, keys: EventKeys, instanceId: string): Promise<boolean> {
  const isFree = (await client.set(keys.rebuilding, instanceId, 'PX', LOCK_MS, 'NX')) !== null;
  return isFree || (await client.get(keys.rebuilding)) === instanceId;
}

async function pushAll(client: Redis, key: string, serials: readonly number[]): Promise<void> {
  for (let start = 0; start < serials.length; start += SCAN_COUNT) {
    await client.rpush(key, ...serials.slice(start, start + SCAN_COUNT));
  }
}

async function createGroup(client: Redis, keys: EventKeys): Promise<void> {
  try {
    await client.xgroup('CREATE', keys.outbox, OUTBOX_GROUP, '0', 'MKSTREAM');
  } catch (error) {
    if (!messageOf(error).startsWith('BUSYGROUP')) throw error;
  }
}

function fieldsOf(coupons: readonly Coupon[]): string[] {
  return coupons.flatMap((coupon) => [coupon.userId, formatHeld(coupon)]);
}

async function addMissing(client: Redis, keys: EventKeys, coupons: readonly Coupon[]): Promise<void> {
  for (let start = 0; start < coupons.length; start += SCAN_COUNT) {
    const pipeline = client.pipeline();
    for (const coupon of coupons.slice(start, start + SCAN_COUNT)) {
      pipeline.hsetnx(keys.users, coupon.userId, formatHeld(coupon));
    }
    await pipeline.exec();
  }
}

/** The highest serial held by a user, and the serials below it that nobody holds. */
async function serialsInUse(
  client: Redis,
  keys: EventKeys,
): Promise<{ highest: number; gaps: readonly number[] }> {
  const used = new Set<number>();
  let highest = 0;
  for await (const page of scanUsers(client, keys)) {
    for (const [, held] of page) {
      const serial = Number(parseHeld(held).serial);
      used.add(serial);
      highest = Math.max(highest, serial);
    }
  }
  const gaps: number[] = [];
  for (let serial = 1; serial < highest; serial += 1) if (!used.has(serial)) gaps.push(serial);
  return { highest, gaps };
}

/** All users with what they hold; one that changes meanwhile may come twice. */
export async function* scanUsers(
  client: Redis,
  keys: EventKeys,
): AsyncGenerator<readonly (readonly [userId: string, held: string])[]> {
  let cursor = '0';
  do {
    const [next, flat] = await client.hscan(keys.users, cursor, 'COUNT', SCAN_COUNT);
    cursor = next;
    yield Array.from(
      { length: flat.length / 2 },
      (_, index) => [flat[2 * index] ?? '', flat[2 * index + 1] ?? ''] as const,
    );
  } while (cursor !== '0');
}
