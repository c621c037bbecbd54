import type { Config } from '../config.ts';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import { KnownError, messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { AdmissionDecision, AdmissionPort, LedgerSources, OutboxEntry } from '../ports.ts';
import { heldCoupon, parseHeld } from './held-coupon.ts';
import { createMicroBatches } from './micro-batches.ts';
import { createRedisClient } from './redis-client.ts';
import type { Redis } from './redis-client.ts';
import { redisCaveats } from './redis-caveats.ts';
import { eventKeys, OUTBOX_GROUP, scriptKeys } from './redis-keys.ts';
import { keepRedisLedger, scanUsers } from './redis-ledger.ts';
import { OUTBOX_BLOCK_MS, redisOutbox } from './redis-outbox.ts';
import { ADMIT, REVOKE } from './redis-scripts.ts';

/** Users decided on by one script call; it bounds how long Redis is busy with one. */
const ADMISSION_BATCHES = { maxItems: 64, maxInFlight: 4 };

export type RedisAdmissionOptions = Pick<Config, 'event' | 'instanceId' | 'outboxCap' | 'roles'> & {
  readonly url: string;
  readonly sources: LedgerSources;
  readonly logger: Logger;
};

type Scripts = {
  couponAdmit(...parts: (string | number)[]): Promise<string[][]>;
  couponRevoke(...parts: (string | number)[]): Promise<number>;
};

/**
 * Admission in Redis: stock, one per user, serial and outbox entry in one script, so that there is no moment
 * at which a coupon is promised and not on its way. Once its answer is there, the admission is as durable
 * as Redis is; see `caveats`.
 */
export async function openRedisAdmission(options: RedisAdmissionOptions): Promise<AdmissionPort> {
  const { url, event, instanceId, outboxCap, roles, sources, logger } = options;
  const keys = eventKeys(event.id);
  const client = createRedisClient({ url, name: `${instanceId}-admission`, blockMs: 0, logger });
  const reader = createRedisClient({ url, name: `${instanceId}-relay`, blockMs: OUTBOX_BLOCK_MS, logger });
  // A script that Redis no longer knows, as after a restart, is sent in full again by the client.
  client.defineCommand('couponAdmit', { numberOfKeys: 4, lua: ADMIT });
  client.defineCommand('couponRevoke', { numberOfKeys: 4, lua: REVOKE });
  const scripts = client as unknown as Scripts;
  const caveats = await connect([client, reader], url);
  // Who relays knows what is on its way to the broker, and waits for it first.
  const rebuilds = roles.has('relay');
  const ledger = keepRedisLedger({ client, keys, event, instanceId, sources, rebuilds, logger });

  const admitAll = async (users: readonly string[]): Promise<AdmissionDecision[]> => {
    const runId = ledger.runId();
    if (runId === undefined || client.status !== 'ready') {
      const reason = ledger.obstacle() ?? 'Redis cannot be reached';
      return users.map(() => ({ kind: 'unavailable', reason }));
    }
    try {
      const answers = await scripts.couponAdmit(...scriptKeys(keys), runId, outboxCap, ...users);
      if (answers.some(([kind]) => kind === 'closed')) ledger.doubt('the ledger in Redis is not complete');
      return users.map((user, index) => decisionOf(event.id, user, answers[index] ?? []));
    } catch (error) {
      const reason = messageOf(error);
      // Refused by Redis as a whole, as when its memory is full: the script's writes did not begin.
      if (/^(OOM|READONLY|MISCONF|LOADING|NOPERM|BUSY) /.test(reason)) {
        return users.map(() => ({ kind: 'unavailable', reason }));
      }
      return users.map(() => ({ kind: 'unknown', reason }));
    }
  };
  const batches = createMicroBatches<string, AdmissionDecision>({ ...ADMISSION_BATCHES, send: admitAll });
  const revoke = async ({ id, coupon }: OutboxEntry): Promise<void> => {
    const runId = ledger.runId() ?? '';
    const { userId, serial } = coupon;
    const done = await scripts.couponRevoke(...scriptKeys(keys), runId, OUTBOX_GROUP, id, userId, serial);
    if (done < 0) throw new Error('the ledger is closed');
  };

  return {
    kind: 'redis',
    caveats,
    admit: (userId) => batches.add(userId),
    obstacles: () => [ledger.obstacle()].filter((reason) => reason !== undefined),
    find: async (userId) => {
      const held = await client.hget(keys.users, userId);
      return held === null ? undefined : heldCoupon(event.id, userId, parseHeld(held));
    },
    counts: async () => {
      const [admitted, unrelayed, settings] = await Promise.all([
        client.hlen(keys.users),
        client.xlen(keys.outbox),
        client.hmget(keys.event, 'stock', 'revoked'),
      ]);
      return {
        stock: Number(settings[0] ?? event.stock),
        admitted,
        revoked: Number(settings[1] ?? 0),
        unrelayed,
      };
    },
    async *entries() {
      for await (const page of scanUsers(client, keys)) {
        yield page.map(([userId, held]) => heldCoupon(event.id, userId, parseHeld(held)));
      }
    },
    missing: (coupons) => missing(client, keys.users, coupons),
    outbox: redisOutbox({
      reader,
      client,
      keys,
      eventId: event.id,
      instanceId,
      revoke,
      nowMs: () => performance.now(),
    }),
    close: async () => {
      await ledger.stop();
      client.disconnect();
      reader.disconnect();
    },
  };
}

async function connect(clients: readonly Redis[], url: string): Promise<readonly string[]> {
  try {
    await Promise.all(clients.map((client) => client.connect()));
    const [client] = clients;
    return client === undefined ? [] : await redisCaveats(client);
  } catch (error) {
    for (const client of clients) client.disconnect();
    throw new KnownError(
      `Redis at ${URL.parse(url)?.host ?? '?'} cannot be used: ${messageOf(error)}`,
      'start Redis 7 or later, or correct ADMISSION_URL',
      { cause: error },
    );
  }
}

function decisionOf(eventId: string, userId: string, answer: readonly string[]): AdmissionDecision {
  const [kind, serial = '', acceptedAtMs = ''] = answer;
  switch (kind) {
    case 'admitted':
    case 'duplicate':
      return { kind, coupon: heldCoupon(eventId, userId, { serial, acceptedAtMs }) };
    case 'sold-out':
    case 'not-open':
    case 'over':
      return { kind };
    case 'backlog-full':
      return { kind, reason: 'too many coupons wait for the broker' };
    case 'closed':
      return { kind: 'unavailable', reason: 'the ledger in Redis is not complete' };
    default:
      return { kind: 'unknown', reason: 'Redis gave no answer for this user' };
  }
}

async function missing(client: Redis, users: string, coupons: readonly Coupon[]): Promise<Coupon[]> {
  if (coupons.length === 0) return [];
  const held = await client.hmget(users, ...coupons.map(({ userId }) => userId));
  return coupons.filter(
    ({ issueId, eventId, userId }, index) =>
      held[index] === null || held[index] === undefined || issueIdOf(eventId, userId) !== issueId,
  );
}
