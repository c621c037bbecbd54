export type TopicPartition = { readonly topic: string; readonly partition: number };

const keys = new Map<string, string[]>();
const mostTopics = 50_000;

/** `<topic>/<partition>`. The same text each time: of thousands of partitions a second, making them anew costs most. */
export const partitionKey = ({ topic, partition }: TopicPartition): string => {
  let ofTopic = keys.get(topic);
  if (ofTopic === undefined) {
    // Topics may come and go for ever.
    if (keys.size >= mostTopics) keys.clear();
    keys.set(topic, (ofTopic = []));
  }
  return (ofTopic[partition] ??= `${topic}/${partition}`);
};
