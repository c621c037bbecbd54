import kafkajs from 'kafkajs';
import type { Kafka, LogEntry } from 'kafkajs';
import type { Logger } from '../logger.ts';

export type { Admin, Consumer, ConsumerConfig, EachBatchPayload, Kafka, Producer } from 'kafkajs';

/** The partitioner of the Java client: one key, one partition. */
export const defaultPartitioner = kafkajs.Partitioners.DefaultPartitioner;

/** Whether the same request may succeed a little later, as while a group's coordinator is being chosen. */
export function isPassing(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSError && error.retriable;
}

/** Bounds on one client's network work. */
export type ClientLimits = {
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly retries: number;
};

/** A Kafka client that logs to the service's logger. The only place that knows kafkajs. */
export function createKafkaClient(brokers: readonly string[], limits: ClientLimits, logger: Logger): Kafka {
  dropNegativeTimeoutWarnings();
  return new kafkajs.Kafka({
    clientId: 'coupon-service',
    brokers: [...brokers],
    connectionTimeout: limits.connectTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: limits.retries },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => forward(entry, logger),
  });
}

/** They log each attempt of what is thrown as well, and whoever asked retries or reports it. */
const SILENT_NAMESPACES = new Set(['Connection', 'BrokerPool', 'Producer']);

function forward({ namespace, log }: LogEntry, logger: Logger): void {
  if (SILENT_NAMESPACES.has(namespace)) return;
  const { message, timestamp: _timestamp, stack: _stack, ...facts } = log;
  logger.warn({ kafka: namespace, ...facts }, message);
}

let dropping = false;

/**
 * kafkajs asks for timers in the past while it has nothing queued, and Node 24 warns about each such timer.
 * The timers do fire at once, as intended. Only warnings raised from within kafkajs are dropped.
 */
function dropNegativeTimeoutWarnings(): void {
  if (dropping) return;
  dropping = true;
  const emitWarning = process.emitWarning.bind(process) as (...details: unknown[]) => void;
  process.emitWarning = (...details: unknown[]): void => {
    const isSpurious =
      details[1] === 'TimeoutNegativeWarning' && new Error('trace').stack?.includes('kafkajs') === true;
    if (!isSpurious) emitWarning(...details);
  };
}
