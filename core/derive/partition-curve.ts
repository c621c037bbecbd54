import { committedIn } from '../record/content-columns.ts';
import { numberRoom } from '../record/room.ts';
import type { OffsetHistory, OffsetSamples } from '../record/run-record.ts';
import type { Stretches } from '../record/stretches.ts';
import { stretchesOf } from '../record/stretches-of.ts';
import { distance, minus, whole, type Whole } from '../record/whole.ts';

/** What was produced to one partition, and consumed of it, since its first reading: in each stretch. */
export type PartitionCurve = { readonly produced: Float64Array; readonly consumed: Float64Array };

/** Where a partition's two curves begin; both are 0 there. */
type CurveBase = { readonly end: Whole; readonly committed: Whole };

export const curveBase = ({ samples }: OffsetHistory): CurveBase => {
  const first = samples.at(0);
  // Made while it was watched, it was empty then.
  if (first === undefined || first.isAdded === true) return { end: 0, committed: 0 };
  const committed = first.committedBefore ?? first.logStart;
  return {
    end: whole(first.end),
    committed: committed === null ? (firstCommit(samples) ?? 0) : whole(committed),
  };
};

const firstCommit = (samples: OffsetSamples): Whole | undefined => {
  const stretches = stretchesOf(samples);
  for (let index = 0; index < stretches.length; index += 1) {
    const committed = committedIn(stretches, index);
    if (committed !== undefined) return committed;
  }
  return undefined;
};

/** Of stretches in the order of time; made once for all that is made of them, and good until those of another one are asked for. */
export const partitionCurve = (history: OffsetHistory, stretches: Stretches): PartitionCurve => {
  if (newest?.of !== stretches) newest = { of: stretches, curve: drawn(stretches, curveBase(history)) };
  return newest.curve;
};

let newest: { readonly of: Stretches; readonly curve: PartitionCurve } | undefined;
const rooms = { produced: numberRoom(), consumed: numberRoom() };

const drawn = (stretches: Stretches, begin: CurveBase): PartitionCurve => {
  const { length, end } = stretches;
  const curve = { produced: rooms.produced.of(length), consumed: rooms.consumed.of(length) };
  let base = begin;
  for (let from = 0; from < length;) {
    const to = endOfLog(stretches, from);
    draw(stretches, base, from, to, curve);
    if (to < length)
      base = carriedOver(
        base,
        { end: end[to - 1] as Whole, committed: committedIn(stretches, to - 1) },
        { end: end[to] as Whole, committed: committedIn(stretches, to) },
      );
    from = to;
  }
  return curve;
};

/** The first stretch behind another one whose log went back: its topic was deleted and made again, or it was cut off. */
const endOfLog = ({ length, end }: Stretches, from: number): number => {
  let to = from + 1;
  while (to < length && !((end[to] as Whole) < (end[to - 1] as Whole))) to += 1;
  return to;
};

const draw = (
  stretches: Stretches,
  base: CurveBase,
  from: number,
  to: number,
  { produced, consumed }: PartitionCurve,
): void => {
  const { end } = stretches;
  const { end: baseEnd, committed: baseCommitted } = base;
  for (let index = from; index < to; index += 1) {
    produced[index] = distance(end[index] as Whole, baseEnd);
    const committed = committedIn(stretches, index);
    consumed[index] = committed === undefined ? 0 : distance(committed, baseCommitted);
  }
};

/** A log that went back takes nothing from what was produced and consumed before; both curves go on from where they were. */
const carriedOver = (
  base: CurveBase,
  was: { readonly end: Whole; readonly committed: Whole | undefined },
  is: { readonly end: Whole; readonly committed: Whole | undefined },
): CurveBase => {
  const committedWas = was.committed ?? base.committed;
  return {
    end: minus(base.end, minus(was.end, is.end)),
    committed:
      is.committed !== undefined && is.committed < committedWas
        ? minus(base.committed, minus(committedWas, is.committed))
        : base.committed,
  };
};
