import type { Config } from '../config.ts';
import type { Admin } from './kafka-client.ts';

/** Where records go that became no row. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

/** Creates the topics the service works with, where they are absent. */
export async function createTopics(admin: Admin, { topic, partitions }: Config['kafka']): Promise<void> {
  await admin.createTopics({
    topics: [
      { topic, numPartitions: partitions },
      { topic: deadLetterTopic(topic), numPartitions: 1 },
    ],
    waitForLeaders: true,
  });
}
