import { ByteReader, ByteWriter } from '../bytes.ts';
import type { BrokerLink } from '../broker-link.ts';

/** One setting of topics, by topic; null where the broker does not let us see it: DescribeConfigs v1. */
export const askTopicConfig = async (
  link: BrokerLink,
  setting: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string | null>> => {
  const topicType = 2;
  const writer = new ByteWriter();
  writer
    .array(topics, (topic) =>
      writer
        .int8(topicType)
        .string(topic)
        .array([setting], (name) => writer.string(name)),
    )
    .boolean(false);
  const reader = new ByteReader(
    await link.ask({ name: 'DescribeConfigs', key: 32, version: 1, flexibleFrom: 4, body: writer.finish() }),
  );
  reader.int32();
  const answers = reader.array((): [string, string | null] => {
    const errorCode = reader.int16();
    reader.string();
    reader.int8();
    const topic = reader.string() ?? '';
    const values = reader.array(() => {
      const [name, value] = [reader.string(), reader.string()];
      reader.boolean();
      reader.int8();
      reader.boolean();
      reader.array(() => {
        reader.string();
        reader.string();
        reader.int8();
      });
      return { name, value };
    });
    const found = values.find(({ name }) => name === setting);
    return [topic, errorCode === 0 ? (found?.value ?? null) : null];
  });
  return new Map(answers);
};
