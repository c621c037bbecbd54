import { ByteReader, ByteWriter } from '../../core/kafka/bytes.ts';
import { frameOf, openBare } from './bare-connection.ts';
import type { Contestant } from './contestant.ts';
import { groupName, topicName, type Scale } from './scale.ts';

/**
 * What no client can undercut: one OffsetFetch v8 for all groups and one ListOffsets v5 for all partitions, made once and
 * sent again each time, the answers read field by field into two arrays of numbers and nothing checked.
 */
export const bareClient = async (address: string, scale: Scale): Promise<Contestant> => {
  const connection = await openBare(address);
  const [fetch, list] = [fetchFrame(scale), listFrame(scale)];
  const ends = new Float64Array(scale.topics * scale.partitions);
  return {
    name: 'bare protocol',
    sample: async () => {
      const committed = await connection.ask(fetch);
      readEnds(await connection.ask(list), scale, ends);
      return lagIn(committed, scale, ends);
    },
    close: async () => connection.close(),
  };
};

const fetchFrame = ({ groups }: Scale): Buffer => {
  const writer = new ByteWriter();
  const names = Array.from({ length: groups }, (_, index) => groupName(index));
  writer.compactArray(names, (name) => writer.compactString(name).unsignedVarint(0).noTags());
  writer.boolean(false).noTags();
  return frameOf({ key: 9, version: 8, isFlexible: true }, writer.finish());
};

const listFrame = ({ topics, partitions }: Scale): Buffer => {
  const writer = new ByteWriter().int32(-1).int8(1);
  const numbers = Array.from({ length: partitions }, (_, partition) => partition);
  writer.array(
    Array.from({ length: topics }, (_, index) => topicName(index)),
    (topic) =>
      writer.string(topic).array(numbers, (partition) => writer.int32(partition).int32(-1).int64(-1n)),
  );
  return frameOf({ key: 2, version: 5, isFlexible: false }, writer.finish());
};

const numberAt = (bytes: Buffer, at: number): number =>
  bytes.readInt32BE(at) * 4_294_967_296 + bytes.readUInt32BE(at + 4);

const topicAt = (bytes: Buffer, at: number, length: number): number =>
  Number(bytes.toString('latin1', at + length - 3, at + length));

const readEnds = (bytes: Buffer, { partitions }: Scale, ends: Float64Array): void => {
  let at = 8;
  const topics = bytes.readInt32BE(at);
  at += 4;
  for (let topic = 0; topic < topics; topic += 1) {
    const length = bytes.readInt16BE(at);
    const base = topicAt(bytes, at + 2, length) * partitions;
    at += 2 + length;
    const count = bytes.readInt32BE(at);
    at += 4;
    // Partition, error, time, offset, leader epoch.
    for (let index = 0; index < count; index += 1, at += 26)
      ends[base + bytes.readInt32BE(at)] = numberAt(bytes, at + 14);
  }
};

const lagIn = (
  bytes: Buffer,
  { partitions }: Scale,
  ends: Float64Array,
): { lag: number; groupPartitions: number } => {
  const reader = new ByteReader(bytes);
  // Correlation, tags of the header, throttle time.
  reader.bytes(9);
  let [lag, groupPartitions] = [0, 0];
  for (let groups = reader.unsignedVarint() - 1; groups > 0; groups -= 1) {
    reader.bytes(reader.unsignedVarint() - 1);
    for (let topics = reader.unsignedVarint() - 1; topics > 0; topics -= 1) {
      const name = reader.bytes(reader.unsignedVarint() - 1);
      const base = topicAt(name, 0, name.length) * partitions;
      const count = reader.unsignedVarint() - 1;
      // Partition, offset, epoch, metadata (empty: one byte), error, tags.
      const rows = reader.bytes(count * 20);
      for (let at = 0; at < rows.length; at += 20)
        lag += (ends[base + rows.readInt32BE(at)] ?? Number.NaN) - numberAt(rows, at + 4);
      groupPartitions += count;
      reader.tags();
    }
    reader.bytes(2);
    reader.tags();
  }
  return { lag, groupPartitions };
};
