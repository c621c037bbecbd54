import type { Assignment } from '../../record/run-record.ts';
import type { WorkerOf } from './drain-forecast.ts';

/**
 * Who worked on which partition of a group's topic at a moment, by the last assignment seen before it; undefined where none
 * was. A partition that nobody held has no worker but itself.
 */
export const workersAt = (
  assignments: readonly Assignment[],
  of: { readonly group: string; readonly topic: string },
  atMs: number,
): WorkerOf | undefined => {
  const held = assignments.findLast(
    (each) => each.group === of.group && each.topic === of.topic && each.atMs <= atMs,
  );
  if (held === undefined) return undefined;
  const workers = new Map(
    held.members.flatMap(({ member, partitions }) =>
      partitions.map((partition) => [partition, `member ${member}`] as const),
    ),
  );
  return (partition) => workers.get(partition) ?? `partition ${partition}`;
};
