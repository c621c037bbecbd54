import type { Role } from './config.ts';
import type { FaultSwitches } from './faults/switches.ts';
import type { IssueParts } from './issue-coupon.ts';
import type { Metrics, Outcome } from './metrics.ts';
import type { AdmissionPort, BrokerPort, StorePort } from './ports.ts';

/** What the routes work with. */
export type AppParts = {
  readonly roles: ReadonlySet<Role>;
  readonly eventId: string;
  readonly admission: AdmissionPort;
  readonly store: StorePort;
  readonly broker: Pick<BrokerPort, 'counts'>;
  readonly metrics: Metrics;
  /** Undefined in a process that was not started with FAULTS=on. */
  readonly faults: FaultSwitches | undefined;
  readonly issue: IssueParts;
  /** Requests for a coupon per second and client address; undefined is no limit. */
  readonly rateLimitPerSecond: number | undefined;
  /** Requests for a coupon by outcome since the start; the issue route counts them up. */
  readonly outcomes: Record<Outcome, number>;
  /** Why the service is not ready; empty if it is. */
  readonly notReady: () => readonly string[];
};
