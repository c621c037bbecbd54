import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { messageOf, type Facts } from '../errors.ts';
import type { PreparedFault } from './prepare-faults.ts';

/** Something that a fault did or failed to do; `facts.fault` is the fault as it was given. */
export type FaultEvent = {
  readonly name:
    | 'fault-applied'
    | 'fault-triggered'
    | 'fault-removed'
    | 'fault-not-applied'
    | 'fault-not-removed';
  readonly atMs: number;
  readonly facts: Facts;
  readonly fault: PreparedFault;
};

export type FaultInjection = {
  /** Takes away every fault that is set; no further one is set. Returns when that is done or has failed. */
  stop(): Promise<void>;
};

export type InjectionOptions = {
  readonly clock: Clock;
  /** Beginning of the load on that clock. */
  readonly startedMs: number;
  readonly onEvent: (event: FaultEvent) => void;
  /** Time between two tries to take a fault away; the last ones are made when the run ends. */
  readonly retryMs?: number;
};

/** Tries to take a fault away once the run is over. */
const lastTries = 2;

/**
 * Sets and takes away each fault at its time on the run's clock. Failures are events, and never thrown. Where a fault
 * begins as one of the same name ends, the one is taken away before the other is set, however long that takes.
 */
export const injectFaults = (
  faults: readonly PreparedFault[],
  { clock, startedMs, onEvent, retryMs = 1000 }: InjectionOptions,
): FaultInjection => {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const until = async (elapsedMs: number): Promise<void> => {
    const waitMs = Math.max(0, elapsedMs - clock.elapsedMs());
    await delay(Math.min(waitMs, 2 ** 31 - 1), undefined, { signal: stopping.signal }).catch(() => {});
  };
  const tell = (fault: PreparedFault, name: FaultEvent['name'], facts: Facts): void =>
    onEvent({
      name,
      atMs: clock.elapsedMs(),
      facts: { fault: fault.text, label: fault.label, ...facts },
      fault,
    });

  /** Whether it is set now. */
  const apply = async (fault: PreparedFault, plannedMs: number): Promise<boolean> => {
    const sentMs = clock.elapsedMs();
    try {
      await fault.apply();
      tell(fault, fault.isOneShot ? 'fault-triggered' : 'fault-applied', { plannedMs, sentMs });
      return true;
    } catch (error) {
      tell(fault, 'fault-not-applied', { plannedMs, reason: messageOf(error) });
      return false;
    }
  };

  const remove = async (fault: PreparedFault, plannedMs: number | null): Promise<void> => {
    let isTold = false;
    for (let triesLeft = lastTries; triesLeft > 0;) {
      const sentMs = clock.elapsedMs();
      try {
        await fault.remove();
        tell(fault, 'fault-removed', { plannedMs, sentMs });
        return;
      } catch (error) {
        if (!isTold) tell(fault, 'fault-not-removed', { plannedMs, reason: messageOf(error) });
        isTold = true;
      }
      if (!stopping.signal.aborted) {
        await until(clock.elapsedMs() + retryMs);
      } else {
        triesLeft -= 1;
        if (triesLeft > 0) await delay(retryMs);
      }
    }
  };

  const inject = async (fault: PreparedFault): Promise<void> => {
    const fromMs = startedMs + fault.fromMs;
    await until(fromMs);
    for (const other of faults) if (endsBefore(other, fault)) await ends.get(other);
    if (stopping.signal.aborted) {
      tell(fault, 'fault-not-applied', { plannedMs: fromMs, reason: 'run-ended' });
      return;
    }
    const isApplied = await apply(fault, fromMs);
    if (fault.isOneShot) {
      // It may still be waiting for its moment.
      await until(Number.POSITIVE_INFINITY);
      await fault.remove().catch(() => {});
    } else if (isApplied) {
      await until(fault.toMs === undefined ? Number.POSITIVE_INFINITY : startedMs + fault.toMs);
      await remove(fault, fault.toMs === undefined ? null : startedMs + fault.toMs);
    } else {
      // An answer that was lost may have been a success.
      await fault.remove().catch(() => remove(fault, null));
    }
  };

  const ends = new Map<PreparedFault, Promise<void>>();
  for (const fault of faults) ends.set(fault, inject(fault));
  const work = Promise.all(ends.values());
  return {
    stop: async () => {
      stopping.abort();
      await work;
    },
  };
};

/** To take the first away after the second is set would undo the second. */
const endsBefore = (first: PreparedFault, second: PreparedFault): boolean =>
  first.name === second.name && first.toMs !== undefined && first.toMs <= second.fromMs;
