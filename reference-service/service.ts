import { openAdmission } from './admission/open.ts';
import { addRoutes, createServer } from './app.ts';
import { openKafkaBroker } from './broker/kafka-broker.ts';
import { createMicroBatches } from './broker/micro-batches.ts';
import type { Config } from './config.ts';
import { createPacer } from './consume/pacing.ts';
import { writeDelivery } from './consume/write-delivery.ts';
import type { Coupon } from './coupon.ts';
import { KnownError, messageOf } from './errors.ts';
import { createMetrics, OUTCOMES } from './metrics.ts';
import type { Outcome } from './metrics.ts';
import type { ProduceOutcome } from './ports.ts';
import { admissionObstacles, readinessObstacles } from './readiness.ts';
import type { ReadinessFacts } from './readiness.ts';
import { startRecovery } from './recovery.ts';
import { openStore } from './store/open.ts';
import { createUnknownRecords } from './unknown-records.ts';

/** How admissions are gathered into produce requests; the linger is part of every answer's latency. */
const PRODUCE_BATCHES = { lingerMs: 3, maxItems: 500, maxInFlight: 4 };

/** A running service. */
export type Service = {
  readonly url: string;
  readonly admissionKind: string;
  readonly storeKind: string;
  /** Stops in the reverse order of the start: requests, producer, consumer, store. */
  stop(): Promise<void>;
};

export type ServiceOptions = {
  readonly config: Config;
  readonly log: NodeJS.WritableStream;
  /** Called when the consumer has given up for good. */
  readonly onConsumerLost: (error: Error) => void;
};

/** Opens store, broker and admission, joins the group, listens. What was opened is closed if a step fails. */
export async function startService({ config, log, onConsumerLost }: ServiceOptions): Promise<Service> {
  const opened: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of opened.splice(0).reverse()) await step();
  };
  try {
    const app = createServer(log);
    const logger = app.log;
    const store = await openStore(config.store);
    opened.push(() => store.close());
    const broker = await openKafkaBroker({
      settings: config.kafka,
      consumer: config.consumer,
      logger,
      onConsumerLost,
    });
    opened.push(() => broker.close());

    const admission = openAdmission(config.admission, config.event, await store.coupons(config.event.id));
    const metrics = createMetrics({
      pendingCoupons: async () => (await admission.counts(config.event.id)).pending,
    });
    const pacer = createPacer({
      ratePerSecond: config.consumer.ratePerSecond,
      nowMs: () => performance.now(),
    });
    const { batchSize } = config.consumer;
    const writing = { store, admission, metrics, logger, pacer, batchSize };
    // Counted before the consumer starts, and admission stays closed until it is 0.
    const recovery = await startRecovery(() => broker.uncommittedRecords());
    opened.push(() => recovery.stop());
    opened.push(() => broker.stopConsuming());
    await broker.consume((delivery) => writeDelivery(writing, delivery));

    const batches = createMicroBatches<Coupon, ProduceOutcome>({
      ...PRODUCE_BATCHES,
      send: (coupons) => broker.produce(coupons),
    });
    opened.push(() => batches.flush());
    const unknownRecords = createUnknownRecords((coupons) => broker.produce(coupons), logger);
    opened.push(() => unknownRecords.stop());
    let isStopping = false;
    const facts = (): ReadinessFacts => ({
      broker: broker.state(),
      recordsToRecover: recovery.recordsLeft(),
      isStopping,
    });
    const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
    const obstacles = (): string[] => admissionObstacles(facts());
    addRoutes(app, {
      admission,
      store,
      broker,
      metrics,
      outcomes,
      issue: { admission, produce: (coupon) => batches.add(coupon), unknownRecords, obstacles },
      notReady: () => readinessObstacles(facts(), performance.now()),
    });
    opened.push(() => app.close());
    const url = await listen(() => app.listen({ host: config.host, port: config.port }), config);

    opened.push(async () => {
      isStopping = true;
    });
    return { url, admissionKind: admission.kind, storeKind: store.kind, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(start: () => Promise<string>, { host, port }: Config): Promise<string> {
  try {
    return await start();
  } catch (error) {
    throw new KnownError(
      `cannot listen on ${host}:${port}: ${messageOf(error)}`,
      'choose a free port, or PORT=0',
      {
        cause: error,
      },
    );
  }
}
