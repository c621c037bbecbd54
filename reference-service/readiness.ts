import type { BrokerState } from './ports.ts';

/** A consumer that neither fetches nor settles for this long is stuck, in ms. */
const PROGRESS_LIMIT_MS = 15_000;

/** What decides whether the service can do its work. */
export type ReadinessFacts = {
  readonly broker: BrokerState;
  /** Records of an earlier process still to be consumed. */
  readonly recordsToRecover: number;
  readonly isStopping: boolean;
};

/** Why coupons cannot be admitted; empty if they can. */
export function admissionObstacles(facts: ReadinessFacts): string[] {
  const { broker, recordsToRecover, isStopping } = facts;
  const reasons: string[] = [];
  if (isStopping) reasons.push('the service is stopping');
  if (!broker.producerConnected) reasons.push('the broker does not acknowledge records');
  if (recordsToRecover > 0) {
    reasons.push(`${recordsToRecover} records of an earlier run are not consumed yet`);
  }
  return reasons;
}

/** Why the service as a whole is not ready; being alive is not enough, the consumer has to move. */
export function readinessObstacles(facts: ReadinessFacts, nowMs: number): string[] {
  const { consumerJoined, lastProgressMs } = facts.broker;
  const reasons = admissionObstacles(facts);
  if (!consumerJoined) reasons.push('the consumer is not a member of its group');
  const idleMs = lastProgressMs === undefined ? 0 : nowMs - lastProgressMs;
  if (idleMs > PROGRESS_LIMIT_MS) {
    reasons.push(`the consumer has made no progress for ${Math.round(idleMs / 1_000)} s`);
  }
  return reasons;
}
