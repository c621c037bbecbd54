import type { Coupon } from '../coupon.ts';
import { issueIdOf } from '../coupon.ts';
import type { AdmissionDecision, AdmissionPort, LedgerEntry } from '../ports.ts';

type Entry = { -readonly [Key in keyof LedgerEntry]: LedgerEntry[Key] };

/**
 * Admission in this process's memory. Each decision is one synchronous step, so that concurrent requests
 * cannot interleave in it. It is lost with the process: `recovered` rows and records bring it back.
 */
export function embeddedAdmission(
  event: { readonly id: string; readonly stock: number },
  recovered: readonly Coupon[],
): AdmissionPort {
  const entries = new Map<string, Entry>();
  const freedSerials: number[] = [];
  const counts = { accepted: 0, unknown: 0, recovered: 0, persisted: 0 };
  let highestSerial = 0;

  const recover = (coupon: Coupon): Entry => {
    const entry: Entry = { coupon, answer: 'recovered', persisted: false };
    entries.set(coupon.userId, entry);
    counts.recovered += 1;
    // Serials between two recovered ones stay unused: they may belong to records not seen yet.
    highestSerial = Math.max(highestSerial, coupon.serial);
    return entry;
  };
  const persist = (coupon: Coupon): void => {
    if (coupon.eventId !== event.id) return;
    const entry = entries.get(coupon.userId) ?? recover(coupon);
    if (entry.persisted) return;
    entry.persisted = true;
    counts.persisted += 1;
  };
  const admit = (eventId: string, userId: string, acceptedAt: string): AdmissionDecision => {
    if (eventId !== event.id) return { kind: 'unknown-event' };
    const entry = entries.get(userId);
    if (entry !== undefined) return { kind: 'duplicate', entry };
    const serial = freedSerials.pop() ?? highestSerial + 1;
    if (serial > event.stock) return { kind: 'sold-out' };
    highestSerial = Math.max(highestSerial, serial);
    const coupon = { issueId: issueIdOf(eventId, userId), eventId, userId, serial, acceptedAt };
    entries.set(userId, { coupon, answer: 'pending', persisted: false });
    return { kind: 'admitted', coupon };
  };

  for (const coupon of recovered) persist(coupon);

  return {
    kind: 'embedded',
    knows: (eventId) => eventId === event.id,
    admit: async (eventId, userId, acceptedAt) => admit(eventId, userId, acceptedAt),
    recordAnswer: async (coupon, answer) => {
      const entry = entries.get(coupon.userId);
      if (entry?.answer !== 'pending') return;
      entry.answer = answer;
      counts[answer] += 1;
    },
    giveBack: async (coupon) => {
      const entry = entries.get(coupon.userId);
      if (entry?.answer !== 'pending' || entry.persisted) return;
      entries.delete(coupon.userId);
      freedSerials.push(coupon.serial);
    },
    recordPersisted: async (coupons) => coupons.forEach(persist),
    find: async (eventId, userId) => (eventId === event.id ? entries.get(userId) : undefined),
    counts: async () => ({
      stock: event.stock,
      admitted: entries.size,
      accepted: counts.accepted,
      unknown: counts.unknown,
      recovered: counts.recovered,
      pending: entries.size - counts.persisted,
    }),
    entries: async () => entries.values(),
  };
}
