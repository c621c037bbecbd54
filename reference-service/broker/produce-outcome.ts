import { messageOf } from '../errors.ts';
import type { ProduceOutcome } from '../ports.ts';

/**
 * Error codes with which a broker says that it appended nothing of the partition. Codes that a metadata
 * request can answer too are left out: the client may report that request's error in place of the lost
 * answer to the produce request.
 */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
  'NOT_ENOUGH_REPLICAS',
  'POLICY_VIOLATION',
]);

/**
 * What a failed produce request says about its records. A refusal counts only for a single record: of
 * several partitions in one request, the client names the first failure and keeps silent about the rest.
 * Connection errors are never a refusal, as reconnecting may fail after the request was written.
 */
export function outcomeOfFailure(error: unknown, recordCount: number): ProduceOutcome {
  const refused = recordCount === 1 && REFUSALS.has(rootType(error));
  return { kind: refused ? 'refused' : 'unknown', reason: messageOf(error) };
}

function rootType(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ('type' in current && typeof current.type === 'string') return current.type;
    current = current.cause;
  }
  return '';
}
