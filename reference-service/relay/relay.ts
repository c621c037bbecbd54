import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Faults } from '../faults/switches.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { BrokerPort, OutboxEntry, OutboxPort } from '../ports.ts';

/** Brings admissions to the broker. */
export type Relay = {
  /**
   * Resolves when the produce request under way, if there is one, has its answer. What follows it in the
   * outbox is not waited for: it may itself wait for the ledger.
   */
  quiesce(): Promise<void>;
  /** Entries the broker refuses now but that may be in the topic already: kept, and tried again now and then. */
  undecided(): number;
  /** Lets what is under way be answered, within a bound, and ends. */
  stop(): Promise<void>;
};

export type RelayParts = {
  readonly outbox: OutboxPort;
  readonly broker: Pick<BrokerPort, 'produce' | 'produceRaw'>;
  readonly metrics: Metrics;
  readonly faults: Faults;
  readonly logger: Logger;
};

const BATCH_SIZE = 500;
/** Gathers what arrives within it into one request; a client has its answer already. */
const LINGER_MS = 10;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const STOP_DEADLINE_MS = 1_500;

/**
 * Takes entries from the outbox, produces them and only then removes them: a crash in between produces
 * them again, under the same issue id. A request without an answer is repeated until there is one. An
 * entry is taken back only if the broker certainly refused it at every attempt, and none came before.
 */
export function startRelay(parts: RelayParts): Relay {
  const { outbox, broker, metrics, faults, logger } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const ambiguous = new Set<string>();
  const undecided = new Set<string>();
  let asking: Promise<unknown> = Promise.resolve();

  const pause = async (attempt: number): Promise<void> => {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  };

  /** True once the broker has all of them; false if it refused one of them. */
  const produce = async (entries: readonly OutboxEntry[]): Promise<boolean> => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const request = broker.produce(entries.map(({ coupon }) => coupon));
      asking = request;
      const outcome = await request;
      if (outcome.kind === 'acknowledged') {
        faults.pass('failpoint.acknowledged');
        metrics.relayed.inc(entries.length);
        return true;
      }
      metrics.relayFailures.inc({ kind: outcome.kind });
      if (outcome.kind === 'refused') return false;
      for (const { id } of entries) ambiguous.add(id);
      logger.warn({ reason: outcome.reason, coupons: entries.length }, 'the broker has not acknowledged');
      await pause(attempt);
    }
    throw new Stopped();
  };

  const acknowledge = async (entries: readonly OutboxEntry[]): Promise<void> => {
    await untilDone(() => outbox.acknowledge(entries), 'could not remove entries the broker has');
    for (const { id } of entries) {
      ambiguous.delete(id);
      undecided.delete(id);
    }
  };

  /** An outbox that does not answer is asked again: its entries are still there. */
  const untilDone = async (work: () => Promise<void>, complaint: string): Promise<void> => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        logger.warn({ reason: messageOf(error) }, complaint);
        await pause(attempt);
      }
    }
    throw new Stopped();
  };

  const deliverSingly = async (entry: OutboxEntry): Promise<void> => {
    if (await produce([entry])) return acknowledge([entry]);
    if (ambiguous.has(entry.id) || entry.isRedelivered) {
      undecided.add(entry.id);
      logger.error({ issueId: entry.coupon.issueId }, 'a coupon that may be in the topic is refused now');
      return undefined;
    }
    await untilDone(() => outbox.revoke(entry), 'could not take back a refused coupon');
    metrics.revoked.inc();
    logger.error({ issueId: entry.coupon.issueId }, 'took back a coupon whose record the broker refused');
  };

  const deliver = async (entries: readonly OutboxEntry[]): Promise<void> => {
    if (entries.length > 1 && (await produce(entries))) return acknowledge(entries);
    for (const entry of entries) await deliverSingly(entry);
  };

  const poison = async (): Promise<void> => {
    const count = faults.take('records.poison');
    if (count > 0) await broker.produceRaw(Array.from({ length: count }, (_, index) => `{"poison":${index}`));
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await poison();
        const entries = await outbox.take(BATCH_SIZE);
        if (entries.length === 0) continue;
        await deliver(entries);
        if (entries.length < BATCH_SIZE) await sleep(LINGER_MS, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ reason: messageOf(error) }, 'the outbox could not be read');
        await pause(0);
      }
    }
  };
  const running = run();

  return {
    quiesce: async () => {
      await asking;
    },
    undecided: () => undecided.size,
    stop: async () => {
      stopping.abort();
      await Promise.race([running, sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
    },
  };
}

/** Ends what is under way when the relay is stopped; its entries stay in the outbox. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}
