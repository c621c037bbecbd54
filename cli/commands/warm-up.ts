import { setTimeout as delay } from 'node:timers/promises';
import { KnownError, messageOf } from '../../core/errors.ts';
import { unlessAborted } from '../../core/interruption.ts';

export type WarmUp = {
  /** Address of the reference service. */
  readonly target: string;
  readonly eventId: string;
  readonly requests: number;
  readonly stop: AbortSignal;
};

const atOnce = 20;
const patienceMs = 30_000;

/**
 * Asks the reference service for some coupons and waits until their rows are there. A process that has just started compiles
 * its code during the first requests; a load that begins at full rate would measure that.
 */
export const warmUp = async (options: WarmUp): Promise<void> => {
  try {
    await unlessAborted(options.stop, issueAndWait(options));
  } catch (error) {
    if (options.stop.aborted) throw error;
    throw new KnownError(
      'stack-start',
      `the service at ${options.target} did not get through its warm-up: ${messageOf(error)}`,
      {
        remedy: "look at the service's log in the stack's folder",
        cause: error,
      },
    );
  }
};

const issueAndWait = async ({ target, eventId, requests, stop }: WarmUp): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < requests && !stop.aborted) {
      next += 1;
      const response = await fetch(`${target}/coupons/${eventId}/issue`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ userId: `warm-up-${next}` }),
        signal: AbortSignal.timeout(patienceMs),
      });
      await response.arrayBuffer();
      if (response.status !== 202) throw new Error(`HTTP ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  for (const startedMs = performance.now(); ; await delay(100)) {
    const integrity = (await (await fetch(`${target}/integrity/${eventId}`)).json()) as { drained?: boolean };
    if (integrity.drained === true || stop.aborted) return;
    if (performance.now() - startedMs > patienceMs)
      throw new Error(`its rows were not there after ${patienceMs} ms`);
  }
};
