import kafkajs from 'kafkajs';
import type { Kafka, LogEntry } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
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

/*
 * A connection of kafkajs 2.2.4 looks every millisecond whether a request waits to be sent, for as long as it is open (its
 * issue 1704), by timers in the past that Node warns about. Only what waits needs to be looked after.
 */
const lookForWaiting = RequestQueue.prototype.scheduleCheckPendingRequests;
RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) lookForWaiting.call(this);
};
