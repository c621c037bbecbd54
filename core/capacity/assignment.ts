/**
 * Partitions by consumer, as Kafka's range assignor deals out one topic: stretches of equal length, the first ones longer by
 * one. Consumers beyond the number of partitions get none and are left out.
 */
export const balancedAssignment = (partitions: number, consumers: number): number[][] => {
  const busy = Math.min(partitions, consumers);
  const [least, longer] = [Math.floor(partitions / busy), partitions % busy];
  let next = 0;
  return Array.from({ length: busy }, (_, consumer) => {
    const length = least + (consumer < longer ? 1 : 0);
    next += length;
    return Array.from({ length }, (_, index) => next - length + index);
  });
};
