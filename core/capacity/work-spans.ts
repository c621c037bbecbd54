import { largestCommitStep } from '../derive/commit-step.ts';
import { type GroupCurve } from '../derive/offset-curves.ts';
import { partitionLag } from '../derive/partition-lag.ts';
import type { OffsetSample } from '../record/run-record.ts';
import { balancedAssignment } from './assignment.ts';

/** What one consumer did between two neighbouring readings. */
export type WorkSpan = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Partitions that had work waiting from one end to the other; they were worked on all the while, or waited their turn. */
  readonly backlogged: number;
  /** Messages done on those, and on all partitions of the consumer. */
  readonly doneOnBacklogged: number;
  readonly done: number;
};

/** Work of each consumer, in order of time; `consumers` with their partitions dealt out evenly. */
export const workSpans = ({ partitions }: GroupCurve, consumers: number): WorkSpan[] => {
  const sorted = partitions.toSorted((left, right) => left.partition - right.partition);
  const groups = balancedAssignment(sorted.length, consumers);
  const readings = Map.groupBy(
    sorted.flatMap(({ samples }, index) => Array.from(samples, (sample) => ({ sample, index }))),
    ({ sample }) => sample.fromMs,
  );
  const steps = sorted.map(({ samples }) => largestCommitStep(samples));
  const ordered = [...readings]
    .sort(([left], [right]) => left - right)
    .map(([, parts]) => new Map(parts.map(({ sample, index }) => [index, sample])));
  return ordered.slice(1).flatMap((after, index) => {
    const before = ordered[index] ?? new Map<number, OffsetSample>();
    return groups.flatMap((group) => spanOf(group, before, after, steps));
  });
};

const spanOf = (
  group: readonly number[],
  before: ReadonlyMap<number, OffsetSample>,
  after: ReadonlyMap<number, OffsetSample>,
  steps: readonly number[],
): WorkSpan[] => {
  const parts = group.map((partition) =>
    partWork(before.get(partition), after.get(partition), steps[partition] ?? 0),
  );
  // One reading that is missing, or an offset that was set back, says nothing of the consumer's work.
  if (parts.some((part) => part === undefined || part.done < 0)) return [];
  const known = parts.filter((part) => part !== undefined);
  const [first] = known;
  if (first === undefined || first.toMs <= first.fromMs) return [];
  const backlogged = known.filter((part) => part.isBacklogged);
  const sum = (of: readonly { readonly done: number }[]): number =>
    of.reduce((total, { done }) => total + done, 0);
  return [
    {
      fromMs: first.fromMs,
      toMs: first.toMs,
      backlogged: backlogged.length,
      doneOnBacklogged: sum(backlogged),
      done: sum(known),
    },
  ];
};

type PartWork = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly done: number;
  readonly isBacklogged: boolean;
};

const partWork = (
  before: OffsetSample | undefined,
  after: OffsetSample | undefined,
  longestStep: number,
): PartWork | undefined => {
  if (before === undefined || after === undefined) return undefined;
  const [from, to] = [before.committedAfter, after.committedAfter];
  // Nothing committed yet is no work seen; the first commit may stand for older work.
  if ((from === null) !== (to === null)) return undefined;
  return {
    fromMs: before.toMs,
    toMs: after.toMs,
    done: Number((to ?? 0n) - (from ?? 0n)),
    isBacklogged: [before, after].every((sample) => (partitionLag(sample).low ?? 0) > longestStep),
  };
};
