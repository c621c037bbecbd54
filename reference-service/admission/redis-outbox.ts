import { heldCoupon } from './held-coupon.ts';
import type { OutboxEntry, OutboxPort } from '../ports.ts';
import type { Redis } from './redis-client.ts';
import { OUTBOX_GROUP } from './redis-keys.ts';
import type { EventKeys } from './redis-keys.ts';

/** Longest wait for a new entry, in ms; a stop waits for it. */
export const OUTBOX_BLOCK_MS = 250;
/** An entry taken by an instance that has been silent for this long is taken over, in ms. */
const TAKE_OVER_AFTER_MS = 15_000;
const TAKE_OVER_EVERY_MS = 5_000;

type StreamEntry = [id: string, fields: string[] | null];

export type RedisOutboxParts = {
  /** A connection of its own: it blocks. */
  readonly reader: Redis;
  /** For everything that does not block. */
  readonly client: Redis;
  readonly keys: EventKeys;
  readonly eventId: string;
  readonly instanceId: string;
  readonly revoke: (entry: OutboxEntry) => Promise<void>;
  readonly nowMs: () => number;
};

/**
 * A stream read by a consumer group. What this instance took before a crash comes first; what another
 * instance took and never finished is taken over after a while. Finished entries are deleted, so that the
 * stream's length is the number of admissions the broker has not acknowledged.
 */
export function redisOutbox(parts: RedisOutboxParts): OutboxPort {
  const { reader, client, keys, eventId, instanceId, revoke, nowMs } = parts;
  /** Where to read on among entries that were handed out before; undefined when all were seen. */
  let ownPendingAfter: string | undefined = '0';
  let takeOverAtMs = 0;

  const entryOf = ([id, fields]: StreamEntry, isRedelivered: boolean): OutboxEntry[] => {
    // Deleted meanwhile, as by another instance that took it over.
    if (fields === null) return [];
    const field = Object.fromEntries(
      Array.from({ length: fields.length / 2 }, (_, index) => [fields[2 * index], fields[2 * index + 1]]),
    );
    const held = { serial: field['serial'] ?? '', acceptedAtMs: field['at'] ?? '' };
    return [{ id, coupon: heldCoupon(eventId, field['user'] ?? '', held), isRedelivered }];
  };
  const read = async (maxCount: number, after: string): Promise<StreamEntry[]> => {
    const from = ['GROUP', OUTBOX_GROUP, instanceId, 'COUNT', maxCount] as const;
    const block = after === '>' ? (['BLOCK', OUTBOX_BLOCK_MS] as const) : [];
    const answer = (await reader.call('XREADGROUP', ...from, ...block, 'STREAMS', keys.outbox, after)) as
      | [string, StreamEntry[]][]
      | null;
    return answer?.[0]?.[1] ?? [];
  };
  const takeOver = async (maxCount: number): Promise<OutboxEntry[]> => {
    if (nowMs() < takeOverAtMs) return [];
    takeOverAtMs = nowMs() + TAKE_OVER_EVERY_MS;
    const [, entries] = (await client.call(
      'XAUTOCLAIM',
      keys.outbox,
      OUTBOX_GROUP,
      instanceId,
      TAKE_OVER_AFTER_MS,
      '0',
      'COUNT',
      maxCount,
    )) as [string, StreamEntry[]];
    return entries.flatMap((entry) => entryOf(entry, true));
  };

  const take = async (maxCount: number): Promise<OutboxEntry[]> => {
    if (ownPendingAfter !== undefined) {
      const pending = await read(maxCount, ownPendingAfter);
      ownPendingAfter = pending.at(-1)?.[0];
      if (pending.length > 0) return pending.flatMap((entry) => entryOf(entry, true));
    }
    const orphans = await takeOver(maxCount);
    if (orphans.length > 0) return orphans;
    return (await read(maxCount, '>')).flatMap((entry) => entryOf(entry, false));
  };

  return {
    take: async (maxCount) => {
      try {
        return await take(maxCount);
      } catch (error) {
        // An answer may be lost, and its entries with it: they are ours now, and pending.
        ownPendingAfter = '0';
        throw error;
      }
    },
    acknowledge: async (entries) => {
      const ids = entries.map(({ id }) => id);
      const results = await client
        .multi()
        .xack(keys.outbox, OUTBOX_GROUP, ...ids)
        .xdel(keys.outbox, ...ids)
        .exec();
      const failure = results?.find(([error]) => error !== null)?.[0];
      if (failure != null) throw failure;
    },
    revoke,
  };
}
