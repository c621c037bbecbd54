import { messageOf } from '../errors.ts';
import type { ProduceOutcome } from '../ports.ts';

/**
 * Error codes with which a broker refuses a record for what it is: sent again, it is refused again. What
 * may pass by itself (too few replicas, a leader that moved) is no refusal but worth another attempt, and
 * a code that a metadata request can answer too may stand in place of the lost answer to the produce request.
 */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'POLICY_VIOLATION',
]);

/**
 * What a failed produce request says about its records. Of several partitions in one request the client
 * names the first failure and keeps silent about the rest, so a refusal is certain only for a record that
 * travelled alone. Connection errors are never a refusal: reconnecting may fail after the request was written.
 */
export function outcomeOfFailure(error: unknown): ProduceOutcome {
  return { kind: REFUSALS.has(rootType(error)) ? 'refused' : 'unknown', reason: messageOf(error) };
}

function rootType(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ('type' in current && typeof current.type === 'string') return current.type;
    current = current.cause;
  }
  return '';
}
