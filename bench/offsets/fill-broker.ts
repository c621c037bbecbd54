import { ByteWriter } from '../../core/kafka/bytes.ts';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';
import { frameOf, openBare, type BareConnection } from './bare-connection.ts';
import { committedOf, groupName, topicName, topicOf, type Scale } from './scale.ts';

/** Topics, records and committed offsets, by ordinary requests. */
export const fillBroker = async (address: string, scale: Scale): Promise<void> => {
  const writer = await connectKafkaWriter(address);
  // Also has the broker set up its offsets topic.
  await writer.createTopic('bench-first', 1);
  await writer.commit('bench-first', 'bench-first', 0, 0);
  for (let topic = 0; topic < scale.topics; topic += 1) {
    await writer.createTopic(topicName(topic), scale.partitions);
    const partitions = Array.from({ length: scale.partitions }, (_, partition) => partition);
    await Promise.all(
      partitions.map((partition) => writer.produce(topicName(topic), partition, scale.recordsPerPartition)),
    );
    if (topic % 20 === 19) process.stderr.write(`${topic + 1} of ${scale.topics} topics\n`);
  }
  await writer.close();
  const connection = await openBare(address);
  for (let group = 0; group < scale.groups; group += 1) {
    const offsets = Array.from({ length: scale.partitions }, (_, partition) => ({
      partition,
      offset: committedOf(scale, group, partition),
    }));
    await commit(connection, groupName(group), topicOf(scale, group), offsets);
  }
  connection.close();
};

export type PartitionCommit = { readonly partition: number; readonly offset: number };

/** OffsetCommit v2 of a group without members. */
export const commit = async (
  connection: BareConnection,
  group: string,
  topic: string,
  offsets: readonly PartitionCommit[],
): Promise<void> => {
  const writer = new ByteWriter().string(group).int32(-1).string('').int64(-1n).int32(1).string(topic);
  writer.array(offsets, ({ partition, offset }) => writer.int32(partition).int64(BigInt(offset)).string(''));
  const passing = [14, 15, 16];
  for (let turn = 0; ; turn += 1) {
    const answer = await connection.ask(frameOf({ key: 8, version: 2, isFlexible: false }, writer.finish()));
    // The error code of the last partition stands at the end.
    const code = answer.readInt16BE(answer.length - 2);
    if (code === 0) return;
    if (!passing.includes(code) || turn === 100)
      throw new Error(`the broker refuses the commit of '${group}': error ${code}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
