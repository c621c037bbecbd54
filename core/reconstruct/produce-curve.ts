/** The first record whose timestamp is not before the one asked for; null where there is none. */
export type RecordAtTime = { readonly offset: bigint; readonly timestampMs: number } | null;

/** A question of ListOffsets: one partition, one time in ms since the epoch. */
export type TimeQuestion = { readonly partition: number; readonly atMs: number };

/** Asks one ListOffsets request, which takes each partition once; the answers stand in the order of the questions. */
export type AskOffsets = (questions: readonly TimeQuestion[]) => Promise<readonly RecordAtTime[]>;

export type LogEnd = { readonly partition: number; readonly end: bigint };

/** Why a part of a curve is not known: its records are gone, or a record is stamped with a time that is yet to come. */
export type CurveGap = 'topic-retention' | 'timestamps-ahead';

/**
 * How many messages had been produced to a partition at each time of a grid, as offsets: the curve counts a record from
 * the greatest timestamp up to it on, so that it never falls, however timestamps are out of order.
 */
export type ProduceCurve = {
  readonly partition: number;
  /** One a time of the grid, or why there is none. */
  readonly ends: readonly (bigint | CurveGap)[];
};

export type CurveReading = { readonly curves: readonly ProduceCurve[]; readonly requests: number };

export type CurveRequest = {
  readonly logs: readonly LogEnd[];
  /** Ascending times in ms since the epoch. */
  readonly grid: readonly number[];
  /** The present; a record stamped later than a minute after it makes what follows it unplaceable. */
  readonly nowMs: number;
};

/** Requests that may be under way at once. */
const inFlight = 16;
/** Clocks of producers may be this far ahead of ours. */
const clockSlackMs = 60_000;

/**
 * Reads the curves of a topic's partitions at the times of a grid from ListOffsets alone: no record is read. An answer of
 * offset o and timestamp s to time t says that every record before o is older than t, so that the curve is o from t to s;
 * between two times with the same answer nothing was produced. Only what these leave open is asked, in rounds of
 * bisection, so that idle stretches cost next to nothing and busy ones one question a time and partition.
 */
export const produceCurves = async (ask: AskOffsets, request: CurveRequest): Promise<CurveReading> => {
  const { logs, grid, nowMs } = request;
  let requests = 0;
  const counted: AskOffsets = (questions) => {
    requests += 1;
    return ask(questions);
  };
  // No record is older than the epoch: this is the first record of each log.
  const firsts = await counted(logs.map(({ partition }) => ({ partition, atMs: 0 })));
  const open = logs.map((log, at) => openCurve(log, firsts[at] ?? null, grid, nowMs + clockSlackMs));
  for (;;) {
    const wanted = open.map((curve) => curve.wanted());
    const rounds = Math.max(0, ...wanted.map((indexes) => indexes.length));
    if (rounds === 0) break;
    await inParallel(rounds, async (round) => {
      const asked = open.flatMap((curve, at) => {
        const index = wanted[at]?.[round];
        return index === undefined ? [] : [{ curve, index }];
      });
      const answers = await counted(
        asked.map(({ curve, index }) => ({ partition: curve.partition, atMs: grid[index] as number })),
      );
      asked.forEach(({ curve, index }, at) => curve.answer(index, answers[at] ?? null));
    });
  }
  return { curves: open.map((curve) => curve.finish()), requests };
};

const inParallel = async (count: number, work: (index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, worker));
};

type OpenCurve = {
  readonly partition: number;
  /** Indexes of the grid to ask next; empty once all is known. */
  wanted(): readonly number[];
  answer(index: number, found: RecordAtTime): void;
  finish(): ProduceCurve;
};

type Stretch = readonly [low: number, high: number];

const openCurve = (
  { partition, end }: LogEnd,
  first: RecordAtTime,
  grid: readonly number[],
  latestMs: number,
): OpenCurve => {
  const ends = grid.map((): bigint | undefined => undefined);
  const last = grid.length - 1;
  /** Offset of a record that is stamped with a time yet to come. */
  let ahead: bigint | undefined;
  /** Between known ends of these, something is still open. */
  let stretches: Stretch[] | undefined;

  const answer = (index: number, found: RecordAtTime): void => {
    const value = found?.offset ?? end;
    if (found !== null && found.timestampMs > latestMs) ahead = value;
    const untilMs = found?.timestampMs ?? Number.POSITIVE_INFINITY;
    ends[index] = value;
    for (let next = index + 1; next <= last && (grid[next] as number) <= untilMs; next += 1) {
      if (ends[next] !== undefined) break;
      ends[next] = value;
    }
  };
  /** Leaves out what is known by now; empty where that is all. */
  const narrow = ([low, high]: Stretch): Stretch[] => {
    let from = low;
    while (from < high && ends[from + 1] !== undefined) from += 1;
    if (from >= high) return [];
    if (ends[from] !== ends[high]) return [[from, high]];
    ends.fill(ends[from], from, high);
    return [];
  };
  return {
    partition,
    wanted: () => {
      if (stretches === undefined) {
        stretches = [[0, last]];
        return last > 0 ? [0, last] : [0];
      }
      const left = stretches.flatMap(narrow);
      const cuts = left.map(([low, high]) => (low + high) >> 1);
      stretches = left.flatMap(([low, high], at): Stretch[] => [
        [low, cuts[at] as number],
        [cuts[at] as number, high],
      ]);
      return cuts;
    },
    answer,
    finish: () => {
      const isCut = first === null ? end > 0n : first.offset > 0n;
      const knownFromMs = isCut ? (first?.timestampMs ?? Number.POSITIVE_INFINITY) : Number.NEGATIVE_INFINITY;
      return {
        partition,
        ends: ends.map((value, index): bigint | CurveGap => {
          // In the very millisecond of the first record left, how many before it had the same time is not known.
          if (value === undefined || (grid[index] as number) <= knownFromMs) return 'topic-retention';
          return value === ahead ? 'timestamps-ahead' : value;
        }),
      };
    },
  };
};
