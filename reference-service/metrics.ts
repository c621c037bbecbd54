import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DEAD_LETTER_REASONS } from './ports.ts';

/** What became of a request for a coupon. */
export const OUTCOMES = [
  'accepted',
  'duplicate',
  'sold_out',
  'not_open',
  'over',
  'invalid',
  'unknown_event',
  'not_ready',
  'backlog_full',
  'rate_limited',
  'unknown',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Up to two hours: a backlog takes long to work off, and that is what is to be seen. */
const COMPLETION_BUCKETS_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200,
];
const REQUEST_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type LedgerCounts = { readonly admitted: number; readonly unrelayed: number };

export type Metrics = ReturnType<typeof createMetrics>;

/** The service's metrics, in base units. Labels have few values: never a user, an issue or a path. */
export function createMetrics(parts: {
  /** Asked when metrics are scraped; what it rejects leaves the gauges out. */
  readonly ledger: () => Promise<LedgerCounts>;
}) {
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
  for (const reason of DEAD_LETTER_REASONS) rejectedRecords.inc({ reason }, 0);
  // Both gauges are read at once and from one reading; an admission that does not answer must not fail the
  // whole scrape.
  let reading: Promise<LedgerCounts | undefined> | undefined;
  const ledger = (): Promise<LedgerCounts | undefined> =>
    (reading ??= parts
      .ledger()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
      }));
  const admitted = new Gauge({
    name: 'coupon_admitted',
    help: 'Coupons that hold a serial now.',
    registers,
    async collect() {
      this.set((await ledger())?.admitted ?? Number.NaN);
    },
  });
  const unrelayed = new Gauge({
    name: 'coupon_outbox_pending',
    help: 'Admitted coupons that the broker has not acknowledged yet.',
    registers,
    async collect() {
      this.set((await ledger())?.unrelayed ?? Number.NaN);
    },
  });
  return {
    registry,
    admitted,
    unrelayed,
    relayed: new Counter({
      name: 'coupon_relayed_total',
      help: 'Coupons the broker acknowledged; one that was sent again counts again.',
      registers,
    }),
    relayFailures: new Counter({
      name: 'coupon_relay_failures_total',
      help: 'Produce requests that were not acknowledged, by what is known of them.',
      labelNames: ['kind'],
      registers,
    }),
    revoked: new Counter({
      name: 'coupon_revoked_total',
      help: 'Admissions taken back because the broker certainly refused their records.',
      registers,
    }),
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
    consumerPaused: new Gauge({
      name: 'coupon_consumer_paused',
      help: 'Partitions whose next batch waits because the store cannot be asked.',
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from receiving a request to having answered it.',
      labelNames: ['method', 'route', 'status_code'],
      buckets: REQUEST_BUCKETS_SECONDS,
      registers,
    }),
  };
}
