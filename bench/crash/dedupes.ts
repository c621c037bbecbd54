import { setTimeout as sleep } from 'node:timers/promises';

export type DedupeCounter = {
  /** Redeliveries counted by all consumer processes so far; what one counted after its last answer is missing. */
  stop(): Promise<number>;
};

const everyMs = 150;

/** Reads the consumer's counter again and again, since a killed process takes its counter along. */
export const countDedupes = (address: () => string): DedupeCounter => {
  let ofEarlierProcesses = 0;
  let ofThisProcess = 0;
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    const count = await redelivered(address()).catch(() => undefined);
    if (count === undefined) return;
    if (count < ofThisProcess) ofEarlierProcesses += ofThisProcess;
    ofThisProcess = count;
  };
  const watching = (async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(everyMs);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
      return ofEarlierProcesses + ofThisProcess;
    },
  };
};

const redelivered = async (address: string): Promise<number> => {
  const answer = await fetch(`${address}/metrics`, { signal: AbortSignal.timeout(1_000) });
  const found = /^coupon_consume_redelivered_total (\d+)$/m.exec(await answer.text());
  return Number(found?.[1]);
};
