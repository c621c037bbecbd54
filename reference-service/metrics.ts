import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What became of a request for a coupon. */
export const OUTCOMES = [
  'accepted',
  'duplicate',
  'sold_out',
  'invalid',
  'unknown_event',
  'not_ready',
  'refused',
  'unknown',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Up to two hours: a backlog takes long to work off, and that is what is to be seen. */
const COMPLETION_BUCKETS_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200,
];
const REQUEST_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

/** The service's metrics, in base units. Labels have few values: never a user, an issue or a path. */
export function createMetrics(parts: { readonly pendingCoupons: () => Promise<number> }) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const issueRequests = new Counter({
    name: 'coupon_issue_requests_total',
    help: 'Requests for a coupon by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  // An outcome that has not happened yet is 0, not missing.
  for (const outcome of OUTCOMES) issueRequests.inc({ outcome }, 0);
  const rejectedRecords = new Counter({
    name: 'coupon_consume_rejected_total',
    help: 'Records that became no row, by reason.',
    labelNames: ['reason'],
    registers,
  });
  for (const reason of ['malformed', 'conflict']) rejectedRecords.inc({ reason }, 0);
  const pending = new Gauge({
    name: 'coupon_pending',
    help: 'Admitted coupons whose row is not in the store yet.',
    registers,
    async collect() {
      this.set(await parts.pendingCoupons());
    },
  });
  return {
    registry,
    pending,
    issueRequests,
    issued: new Counter({
      name: 'coupon_issued_total',
      help: 'Coupon rows written to the store.',
      registers,
    }),
    completionSeconds: new Histogram({
      name: 'coupon_issue_completion_seconds',
      help: 'Time from admission of a coupon to its row in the store.',
      buckets: COMPLETION_BUCKETS_SECONDS,
      registers,
    }),
    redelivered: new Counter({
      name: 'coupon_consume_redelivered_total',
      help: 'Records whose coupon already had its row.',
      registers,
    }),
    rejectedRecords,
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from receiving a request to having answered it.',
      labelNames: ['method', 'route', 'status_code'],
      buckets: REQUEST_BUCKETS_SECONDS,
      registers,
    }),
  };
}
