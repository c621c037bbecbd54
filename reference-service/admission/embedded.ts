import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { issueIdOf } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import type { AdmissionDecision, AdmissionPort, LedgerSources, OutboxEntry } from '../ports.ts';

const WAIT_MS = 20;
const CHUNK = 5_000;

export type EmbeddedAdmissionOptions = Pick<Config, 'event' | 'outboxCap'> & {
  readonly sources: Pick<LedgerSources, 'unread' | 'stored'>;
  /** Wall clock, epoch in ms. */
  readonly now: () => number;
};

/**
 * Admission in this process's memory. Each decision is one synchronous step, so that concurrent requests
 * cannot interleave in it. It is lost with the process; rows and unread records bring back what got so far.
 */
export async function openEmbeddedAdmission(options: EmbeddedAdmissionOptions): Promise<AdmissionPort> {
  const { event, outboxCap, sources, now } = options;
  const held = new Map<string, Coupon>();
  const outbox = new Map<string, Coupon>();
  const taken = new Set<string>();
  const freedSerials: number[] = [];
  let highestSerial = 0;
  let revoked = 0;
  let entryCount = 0;

  const recover = (coupon: Coupon): void => {
    if (coupon.eventId !== event.id || held.has(coupon.userId)) return;
    held.set(coupon.userId, coupon);
    // Serials between two recovered ones stay unused: they may belong to coupons that were lost.
    highestSerial = Math.max(highestSerial, coupon.serial);
  };
  const unread = await sources.unread();
  for await (const rows of sources.stored()) rows.forEach(recover);
  unread.forEach(recover);

  const admit = (userId: string): AdmissionDecision => {
    const known = held.get(userId);
    if (known !== undefined) return { kind: 'duplicate', coupon: known };
    const nowMs = now();
    if (event.opensAtMs !== undefined && nowMs < event.opensAtMs) return { kind: 'not-open' };
    if (event.closesAtMs !== undefined && nowMs >= event.closesAtMs) return { kind: 'over' };
    if (freedSerials.length === 0 && highestSerial >= event.stock) return { kind: 'sold-out' };
    if (outbox.size >= outboxCap) {
      return { kind: 'backlog-full', reason: 'too many coupons wait for the broker' };
    }
    const serial = freedSerials.pop() ?? ++highestSerial;
    const acceptedAt = new Date(nowMs).toISOString();
    const coupon = { issueId: issueIdOf(event.id, userId), eventId: event.id, userId, serial, acceptedAt };
    held.set(userId, coupon);
    outbox.set(String(++entryCount), coupon);
    return { kind: 'admitted', coupon };
  };

  return {
    kind: 'embedded',
    caveats: [
      'the ledger of admissions is in memory: when the process dies, coupons that Kafka has not acknowledged are lost',
    ],
    admit: async (userId) => admit(userId),
    obstacles: () => [],
    find: async (userId) => held.get(userId),
    counts: async () => ({ stock: event.stock, admitted: held.size, revoked, unrelayed: outbox.size }),
    async *entries() {
      const all = [...held.values()];
      for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK);
    },
    missing: async (coupons) =>
      coupons.filter(({ userId, issueId }) => held.get(userId)?.issueId !== issueId),
    outbox: {
      take: async (maxCount) => {
        const entries: OutboxEntry[] = [];
        for (const [id, coupon] of outbox) {
          if (entries.length === maxCount) break;
          if (taken.has(id)) continue;
          taken.add(id);
          entries.push({ id, coupon, isRedelivered: false });
        }
        if (entries.length === 0) await sleep(WAIT_MS);
        return entries;
      },
      acknowledge: async (entries) => {
        for (const { id } of entries) {
          outbox.delete(id);
          taken.delete(id);
        }
      },
      revoke: async ({ id, coupon }) => {
        if (!outbox.delete(id)) return;
        taken.delete(id);
        held.delete(coupon.userId);
        freedSerials.push(coupon.serial);
        revoked += 1;
      },
    },
    close: async () => undefined,
  };
}
