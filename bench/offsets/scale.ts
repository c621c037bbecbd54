/** How much there is on the broker; every group reads one topic, and all of its partitions. */
export type Scale = {
  readonly topics: number;
  readonly partitions: number;
  readonly groups: number;
  readonly recordsPerPartition: number;
};

export const topicName = (index: number): string => `bench-topic-${String(index).padStart(3, '0')}`;
export const groupName = (index: number): string => `bench-group-${String(index).padStart(4, '0')}`;
export const topicOf = ({ topics }: Scale, group: number): string => topicName(group % topics);

/** What a group has committed on a partition: between nothing and everything. */
export const committedOf = ({ recordsPerPartition }: Scale, group: number, partition: number): number =>
  (group * 7 + partition) % (recordsPerPartition + 1);

export const lagOf = (scale: Scale): number => {
  let lag = 0;
  for (let group = 0; group < scale.groups; group += 1)
    for (let partition = 0; partition < scale.partitions; partition += 1)
      lag += scale.recordsPerPartition - committedOf(scale, group, partition);
  return lag;
};
