import { setTimeout as sleep } from 'node:timers/promises';
import { openAdmission } from './admission/open.ts';
import { addRoutes } from './app.ts';
import { openKafkaBroker } from './broker/kafka-broker.ts';
import type { Config } from './config.ts';
import { createPacer } from './consume/pacing.ts';
import { writeDelivery } from './consume/write-delivery.ts';
import { KnownError, messageOf } from './errors.ts';
import { createFaultSwitches, NO_FAULTS } from './faults/switches.ts';
import { createServer } from './http-server.ts';
import { createMetrics, OUTCOMES } from './metrics.ts';
import type { Outcome } from './metrics.ts';
import type { AdmissionPort } from './ports.ts';
import { admissionObstacles, readinessObstacles } from './readiness.ts';
import type { ReadinessFacts } from './readiness.ts';
import { startRelay } from './relay/relay.ts';
import type { Relay } from './relay/relay.ts';
import { openStore } from './store/open.ts';

const FLUSH_DEADLINE_MS = 2_000;
const FLUSH_POLL_MS = 20;
/** Connections that the kernel holds until they are taken: of Node's own 511, a rush of 10,000 users overflowed. */
const CONNECTIONS_WAITING = 4_096;

/** A running service. */
export type Service = {
  readonly url: string;
  readonly admissionKind: string;
  readonly storeKind: string;
  /** What this set-up does not promise: one sentence each. */
  readonly caveats: readonly string[];
  /** Stops in the reverse order of the start: requests, relay, consumer, broker, admission, store. */
  stop(): Promise<void>;
};

export type ServiceOptions = {
  readonly config: Config;
  readonly log: NodeJS.WritableStream;
  /** Called when the consumer has given up for good. */
  readonly onConsumerLost: (error: Error) => void;
};

/** Opens what the roles need and listens. What was opened is closed if a step fails. */
export async function startService({ config, log, onConsumerLost }: ServiceOptions): Promise<Service> {
  const { roles, event } = config;
  const opened: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).reverse()) await step();
  };
  try {
    const app = createServer(log);
    const logger = app.log;
    const switches = config.faults ? createFaultSwitches(roles) : undefined;
    const faults = switches ?? NO_FAULTS;
    const store = await openStore(config.store);
    opened.push(() => store.close());
    await store.openEvent(event);
    const broker = await openKafkaBroker({
      settings: config.kafka,
      consumer: config.consumer,
      roles,
      faults,
      logger,
      onConsumerLost,
    });
    opened.push(() => broker.close());

    let relay: Relay | undefined;
    const admission = await openAdmission(config, {
      logger,
      sources: {
        unread: () => broker.unread(),
        stored: () => store.coupons(event.id),
        quiesce: async () => relay?.quiesce(),
      },
    });
    opened.push(() => admission.close());
    const metrics = createMetrics({ ledger: () => admission.counts() });

    if (roles.has('consumer')) {
      const { batchSize, ratePerSecond, delayMs } = config.consumer;
      const pacer = createPacer({ ratePerSecond, nowMs: () => performance.now() });
      const writing = { store, broker, metrics, faults, logger, pacer, batchSize, delayMs };
      opened.push(() => broker.stopConsuming());
      await broker.consume((delivery) => writeDelivery(writing, delivery));
    }
    if (roles.has('relay')) {
      const started = startRelay({ outbox: admission.outbox, broker, metrics, faults, logger });
      relay = started;
      opened.push(async () => {
        await untilRelayed(admission);
        await started.stop();
      });
    }

    let isStopping = false;
    const facts = (): ReadinessFacts => ({
      roles,
      broker: broker.state(),
      admission: admission.obstacles(),
      isStopping,
    });
    await addRoutes(app, {
      roles,
      eventId: event.id,
      admission,
      store,
      broker,
      metrics,
      faults: switches,
      rateLimitPerSecond: config.rateLimitPerSecond,
      outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>,
      issue: {
        eventId: event.id,
        admission,
        faults,
        obstacles: () => admissionObstacles(facts()),
      },
      notReady: () => readinessObstacles(facts(), performance.now()),
    });
    opened.push(() => app.close());
    const url = await listen(
      () => app.listen({ host: config.host, port: config.port, backlog: CONNECTIONS_WAITING }),
      config,
    );

    opened.push(async () => {
      isStopping = true;
    });
    return {
      url,
      admissionKind: admission.kind,
      storeKind: store.kind,
      caveats: [...admission.caveats, ...store.caveats],
      stop: close,
    };
  } catch (error) {
    await close();
    if (error instanceof KnownError) throw error;
    throw new KnownError(
      `the start failed: ${messageOf(error)}`,
      'see that its servers answer, and start again',
      { cause: error },
    );
  }
}

/** What was promised goes to the broker before the relay ends, if the broker takes it in time. */
async function untilRelayed(admission: AdmissionPort): Promise<void> {
  const deadlineMs = performance.now() + FLUSH_DEADLINE_MS;
  while (performance.now() < deadlineMs) {
    const counts = await admission.counts().catch(() => undefined);
    if (counts === undefined || counts.unrelayed === 0) return;
    await sleep(FLUSH_POLL_MS);
  }
}

async function listen(start: () => Promise<string>, { host, port }: Config): Promise<string> {
  try {
    return await start();
  } catch (error) {
    throw new KnownError(
      `cannot listen on ${host}:${port}: ${messageOf(error)}`,
      'choose a free port, or PORT=0',
      { cause: error },
    );
  }
}
