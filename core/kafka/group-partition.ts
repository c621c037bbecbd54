/** The topic in which coordinators keep what groups committed. */
export const groupTopic = '__consumer_offsets';

/**
 * Partition of __consumer_offsets that a group's records are in: Java's hash of the name, without its sign, modulo the
 * number of partitions, as GroupMetadataManager computes it.
 */
export const groupPartition = (group: string, partitions: number): number => {
  let hash = 0;
  for (let index = 0; index < group.length; index += 1)
    hash = (Math.imul(hash, 31) + group.charCodeAt(index)) | 0;
  return (hash === -(2 ** 31) ? 0 : Math.abs(hash)) % partitions;
};
