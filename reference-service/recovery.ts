import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/** The records an earlier process left in the topic, which the ledger does not know yet. */
export type Recovery = {
  /** Records still to be consumed, as last counted. */
  recordsLeft(): number;
  stop(): Promise<void>;
};

/**
 * Counts until nothing is left. Call it before anything is admitted: nothing is added to the topic then,
 * and once it is consumed the ledger knows every serial that was handed out.
 */
export async function startRecovery(uncommittedRecords: () => Promise<number>): Promise<Recovery> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let left = await uncommittedRecords();

  const poll = async (): Promise<void> => {
    while (left > 0 && !signal.aborted) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
      // A broker that does not answer leaves the count as it was: admission stays closed.
      if (!signal.aborted) left = await uncommittedRecords().catch(() => left);
    }
  };
  const polling = poll();

  return {
    recordsLeft: () => left,
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
}
