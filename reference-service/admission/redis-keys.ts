/** Keys of one event; the braces keep them in one slot of a cluster. */
export type EventKeys = ReturnType<typeof eventKeys>;

export function eventKeys(eventId: string) {
  const prefix = `coupon:{${eventId}}`;
  return {
    /** Hash: runId, stock, opensAtMs, closesAtMs, highestSerial, revoked. */
    event: `${prefix}:event`,
    /** Hash: user → "serial:acceptedAtMs". */
    users: `${prefix}:users`,
    /** Stream: user, serial, at. */
    outbox: `${prefix}:outbox`,
    /** List of serials that were given back. */
    freed: `${prefix}:freed`,
    /** Held by the process that rebuilds the ledger. */
    rebuilding: `${prefix}:rebuilding`,
  } as const;
}

/** The consumer group of the outbox. */
export const OUTBOX_GROUP = 'relay';

/** The four keys every script takes, in order. */
export function scriptKeys(keys: EventKeys): string[] {
  return [keys.event, keys.users, keys.outbox, keys.freed];
}
