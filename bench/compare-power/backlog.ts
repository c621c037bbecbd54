import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker } from '../../core/stack/broker.ts';
import { stopMember } from '../../core/stack/member.ts';
import { systemContext } from '../../core/tools/context.ts';
import { javaTool } from '../../core/tools/java.ts';
import { kafkaTool } from '../../core/tools/kafka.ts';
import type { RunReport } from '../../core/report-document.ts';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';

/** What stands behind the target of one run: a topic, and a group with one consumer that is slower than the target. */
export type RunBacklog = {
  /** For `lagline run`. */
  readonly flags: readonly string[];
  /** One more message; it is produced with others within `produceEveryMs`. */
  queue(): void;
  close(): Promise<void>;
};

/** A real broker for all runs of a pool. */
export type Backlogs = {
  /** `handleMs`: what the consumer needs for a message. */
  open(name: string, handleMs: number): Promise<RunBacklog>;
  stop(): Promise<void>;
};

const partitions = 4;
const produceEveryMs = 50;
const commitEveryMs = 100;

export const startBacklogs = async (dir: string): Promise<Backlogs> => {
  const context = systemContext();
  const [java, kafka] = [await javaTool(context).ensure(), await kafkaTool(context).ensure()];
  const brokerDir = join(dir, 'broker');
  const broker = await startBroker({ dir: brokerDir, java, kafka, guarded: true });
  const writer = await connectKafkaWriter(broker.address);
  return {
    open: async (name, handleMs) => {
      const [topic, group] = [`messages-${name}`, `workers-${name}`];
      await writer.createTopic(topic, partitions);
      const consumer = await writer.consume({
        group,
        topic,
        commitEveryMs,
        handle: (messages) => sleep(messages * handleMs),
      });
      for (let turn = 0; turn < 600 && !(await writer.groups()).includes(group); turn += 1) await sleep(100);
      let [queued, next] = [0, 0];
      let sending = Promise.resolve();
      const send = (): void => {
        const count = queued;
        if (count === 0) return;
        queued = 0;
        next = (next + 1) % partitions;
        const partition = next;
        sending = sending.then(() => writer.produce(topic, partition, count));
      };
      const timer = setInterval(send, produceEveryMs);
      return {
        flags: ['--brokers', broker.address, '--group', group, '--topic', topic, '--interval', '250ms'],
        queue: () => (queued += 1),
        close: async () => {
          clearInterval(timer);
          await sending;
          await consumer.stop();
        },
      };
    },
    stop: async () => {
      await writer.close();
      await stopMember(broker);
      await rm(brokerDir, { recursive: true, force: true });
    },
  };
};

/** Every run has a topic and a group of its own; under one name they are the same metrics. */
export const underOneName = (run: RunReport): RunReport => ({
  ...run,
  kafka: {
    ...run.kafka,
    groups: run.kafka.groups.map((each) => ({ ...each, group: 'workers', topic: 'messages' })),
  },
});
