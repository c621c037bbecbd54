import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { BrokerPort, DeadLetter } from '../ports.ts';
import { waitUntil } from './pacing.ts';
import type { SignsOfLife } from './pacing.ts';

export type DeadLetterParts = {
  readonly broker: Pick<BrokerPort, 'deadLetter'>;
  readonly metrics: Pick<Metrics, 'rejectedRecords'>;
  readonly logger: Logger;
};

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;

/**
 * Sends records that became no row to the dead-letter topic and counts them once they are there. False if
 * the work was called off before; rejects if the broker does not take them after several attempts.
 */
export async function sendDeadLetters(
  { broker, metrics, logger }: DeadLetterParts,
  work: SignsOfLife,
  letters: readonly DeadLetter[],
): Promise<boolean> {
  if (letters.length === 0) return true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await broker.deadLetter(letters);
      break;
    } catch (error) {
      const reason = messageOf(error);
      // Not as the broker's own error: the group's client would take that for one of its own.
      if (attempt === ATTEMPTS) throw new Error(`no dead letter could be sent: ${reason}`, { cause: error });
      logger.warn({ reason, letters: letters.length }, 'dead letters were not taken; trying again');
    }
    if (!(await waitUntil(performance.now() + FIRST_PAUSE_MS * 2 ** (attempt - 1), work))) return false;
  }
  for (const [reason, refused] of Map.groupBy(letters, (letter) => letter.reason)) {
    metrics.rejectedRecords.inc({ reason }, refused.length);
    const facts = {
      reason,
      records: refused.length,
      partition: refused[0]?.partition,
      offset: refused[0]?.offset,
    };
    // More was promised than there is: whatever admitted it has to be looked at.
    if (reason === 'over_admitted') logger.error(facts, 'coupons beyond the stock were admitted');
    else logger.warn(facts, 'records became dead letters; the first is named');
  }
  return true;
}
