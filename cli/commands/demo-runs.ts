/** One run of the demo: what is offered, to a service set up how, and judged by what. */
export type DemoRun = {
  readonly scenario: 'stress' | 'peak';
  /** Shortens the scenario's durations; rates and VUs stay. */
  readonly timeScale: number;
  readonly topic: string;
  readonly group: string;
  readonly serviceEnv: Readonly<Record<string, string>>;
  readonly drainTimeout: string;
  readonly thresholds: readonly string[];
  readonly queries: readonly string[];
};

export const eventId = 'demo';

/** Asked for before each load; the store's counts of a run leave them out. */
export const warmUpRequests = 300;

/**
 * The incident of the document that these reports descend from, small: the consumer handles 35 messages a second there
 * against several hundred produced. Here time is shorter, so the consumer is faster, but at most a fifth of the load.
 */
const consumerPerSecond = 180;
/** More than any of the runs can ask for, so that no request is refused as sold out. */
const stock = 1_000_000;

const demoRun = (
  scenario: DemoRun['scenario'],
  timeScale: number,
  drainTimeout: string,
  thresholds: readonly string[],
): DemoRun => {
  const topic = `coupon-issue-${scenario}`;
  const group = `coupon-issuer-${scenario}`;
  return {
    scenario,
    timeScale,
    topic,
    group,
    serviceEnv: {
      PROFILE: 'incident',
      CONSUMER_RATE_PER_SECOND: String(consumerPerSecond),
      COUPON_TOPIC: topic,
      COUPON_GROUP: group,
      COUPON_EVENT: eventId,
      COUPON_STOCK: String(stock),
    },
    drainTimeout,
    thresholds: [...thresholds, 'kafka_drain=value<15s', 'kafka_completion_delay=p(95)<10s'],
    queries: ['resident_memory=process_resident_memory_bytes', 'issued=coupon_issued_total'],
  };
};

/** The stress run ends with a lower bound and an estimate; the peak run's backlog drains while it is watched. */
export const demoRuns: readonly DemoRun[] = [
  demoRun('stress', 0.1, '20s', ['http_req_duration=p(95)<500']),
  demoRun('peak', 0.4, '90s', []),
];
