import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { openEmbeddedAdmission } from '../admission/embedded.ts';
import { addRoutes } from '../app.ts';
import { ROLES } from '../config.ts';
import type { EventSettings, Role } from '../config.ts';
import { parseCoupon } from '../coupon.ts';
import type { Coupon } from '../coupon.ts';
import { createFaultSwitches, NO_FAULTS } from '../faults/switches.ts';
import { createServer } from '../http-server.ts';
import type { ServerLimits } from '../http-server.ts';
import { createMetrics, OUTCOMES } from '../metrics.ts';
import type { Outcome } from '../metrics.ts';
import type { AdmissionPort, BrokerPort, ProduceOutcome, StorePort } from '../ports.ts';
import { startRelay } from '../relay/relay.ts';

export type ServiceInMemoryOptions = Partial<EventSettings> & {
  readonly store: StorePort;
  readonly outboxCap?: number;
  readonly roles?: readonly Role[];
  readonly faults?: boolean;
  readonly rateLimitPerSecond?: number;
  readonly limits?: ServerLimits;
  readonly log?: NodeJS.WritableStream;
};

/** What a test can change while the service runs. */
export type ServiceControl = {
  /** What the broker answers from now on. */
  outcome: ProduceOutcome;
  obstacles: string[];
  isBrokerSilent: boolean;
  /** Records the consumer has dealt with. */
  read: number;
  /** Stands in front of the admission, to answer what a real one does only when its server fails. */
  admit: AdmissionPort['admit'] | undefined;
};

/**
 * For tests: the service's routes, relay, embedded admission and a store around a topic in memory. Everything
 * but the broker is the real thing; real brokers have tests of their own.
 */
export async function openServiceInMemory(options: ServiceInMemoryOptions) {
  const { store, outboxCap = 100_000, limits, log = new PassThrough().resume() } = options;
  const { id = 'demo', stock = 1_000, opensAtMs, closesAtMs } = options;
  const event: EventSettings = { id, stock, opensAtMs, closesAtMs };
  const roles = new Set(options.roles ?? ROLES);
  const topic: string[] = [];
  const control: ServiceControl = {
    outcome: { kind: 'acknowledged' },
    obstacles: [],
    isBrokerSilent: false,
    read: 0,
    admit: undefined,
  };
  const broker: Pick<BrokerPort, 'produce' | 'produceRaw' | 'counts'> = {
    produce: async (coupons) => {
      if (control.outcome.kind === 'acknowledged') {
        topic.push(...coupons.map((coupon) => JSON.stringify(coupon)));
      }
      return control.outcome;
    },
    produceRaw: async (values) => {
      topic.push(...values);
    },
    counts: async () => {
      if (control.isBrokerSilent) throw new Error('no answer');
      const { length } = topic;
      return {
        appended: length,
        committed: control.read,
        uncommitted: length - control.read,
        deadLettered: 0,
      };
    },
  };
  await store.openEvent({ id, stock });
  const admission = await openEmbeddedAdmission({
    event,
    outboxCap,
    sources: { unread: async () => [], stored: () => store.coupons(id) },
    now: Date.now,
  });
  const app: FastifyInstance = createServer(log, limits);
  const metrics = createMetrics({ ledger: () => admission.counts() });
  // A failpoint must not end the test.
  const switches = options.faults === true ? createFaultSwitches(roles, () => undefined) : undefined;
  const faults = switches ?? NO_FAULTS;
  const relay = startRelay({ outbox: admission.outbox, broker, metrics, faults, logger: app.log });
  await addRoutes(app, {
    roles,
    eventId: id,
    admission,
    store,
    broker,
    metrics,
    faults: switches,
    rateLimitPerSecond: options.rateLimitPerSecond,
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<Outcome, number>,
    issue: {
      eventId: id,
      admission: { admit: (userId) => (control.admit ?? ((user) => admission.admit(user)))(userId) },
      faults,
      obstacles: () => control.obstacles,
    },
    notReady: () => control.obstacles,
  });

  return {
    app,
    control,
    metrics,
    topic,
    /** Resolves when the outbox is empty. */
    relayed: async (): Promise<void> => {
      while ((await admission.counts()).unrelayed > 0) await sleep(5);
    },
    /** Writes what the topic holds to the store and commits it. */
    consume: async (): Promise<void> => {
      const values = topic.slice(control.read);
      const coupons = values
        .map((value) => parseCoupon(Buffer.from(value)))
        .filter((coupon): coupon is Coupon => coupon !== undefined);
      await store.insert(coupons, new Date().toISOString());
      control.read += values.length;
    },
    issue: async (userId: unknown, eventId = id) =>
      app.inject({ method: 'POST', url: `/coupons/${eventId}/issue`, payload: { userId } }),
    read: async (url: string) => (await app.inject(url)).json<Record<string, unknown>>(),
    stop: async (): Promise<void> => {
      await relay.stop();
      await app.close();
      await admission.close();
    },
  };
}
