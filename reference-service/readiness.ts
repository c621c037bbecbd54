import type { Role } from './config.ts';
import type { BrokerState } from './ports.ts';

/** A consumer that neither fetches nor settles for this long is stuck, in ms. */
const PROGRESS_LIMIT_MS = 15_000;

/** What decides whether a process can do the work of its roles. */
export type ReadinessFacts = {
  readonly roles: ReadonlySet<Role>;
  readonly broker: BrokerState;
  /** Why nobody can be admitted, as the admission says. */
  readonly admission: readonly string[];
  readonly isStopping: boolean;
};

/** Why coupons cannot be admitted; empty if they can. A broker that is away is no reason. */
export function admissionObstacles({ admission, isStopping }: ReadinessFacts): string[] {
  return isStopping ? ['the service is stopping'] : [...admission];
}

/** Why this process is not ready; being alive is not enough, the consumer has to move. */
export function readinessObstacles(facts: ReadinessFacts, nowMs: number): string[] {
  const { roles, broker } = facts;
  const reasons = admissionObstacles(facts);
  if (roles.has('relay') && !broker.producerConnected) {
    reasons.push('the broker does not acknowledge records');
  }
  if (!roles.has('consumer')) return reasons;
  if (!broker.consumerJoined) reasons.push('the consumer is not a member of its group');
  const idleMs = broker.lastProgressMs === undefined ? 0 : nowMs - broker.lastProgressMs;
  if (idleMs > PROGRESS_LIMIT_MS) {
    reasons.push(`the consumer has made no progress for ${Math.round(idleMs / 1_000)} s`);
  }
  return reasons;
}
