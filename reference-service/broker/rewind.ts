import type { Consumer, Kafka } from './kafka-client.ts';

/**
 * Has the last `count` records before the committed offset of each of these partitions delivered again; less
 * where there are not so many.
 */
export async function rewind(
  client: Kafka,
  consumer: Pick<Consumer, 'seek'>,
  place: {
    readonly group: string;
    readonly topic: string;
    readonly partitions: readonly number[];
    readonly count: number;
  },
): Promise<void> {
  const { group, topic, partitions, count } = place;
  const admin = client.admin();
  await admin.connect();
  try {
    const committed = (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions ?? [];
    for (const { partition, offset } of committed) {
      // -1 is a partition of which nothing was committed.
      if (!partitions.includes(partition) || Number(offset) <= 0) continue;
      consumer.seek({ topic, partition, offset: String(Math.max(0, Number(offset) - count)) });
    }
  } finally {
    await admin.disconnect();
  }
}
